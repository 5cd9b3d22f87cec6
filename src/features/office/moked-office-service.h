/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/office/moked-office.h"
#include "features/office/moked-user.h"
#include "store/moked-session.h"

G_BEGIN_DECLS

typedef struct _MokedOfficeSetup MokedOfficeSetup;

/**
 * MokedOfficeSetup:
 * @name: the office's name
 * @number: (nullable): its business number
 * @phone: (nullable): its phone, E.164
 * @user_name: the first user, its owner
 * @device_name: what the first device is called
 *
 * What a new office begins with.
 */
struct _MokedOfficeSetup
{
  const char *name;
  const char *number;
  const char *phone;
  const char *user_name;
  const char *user_email;
  const char *device_name;
};

gboolean     moked_office_service_create          (MokedSession            *session,
                                                   const MokedOfficeSetup  *setup,
                                                   char                   **out_business,
                                                   char                   **out_user_id,
                                                   char                   **out_token,
                                                   GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
MokedOffice *moked_office_service_load            (MokedSession            *session,
                                                   GError                 **error);
char        *moked_office_service_find_by_number  (MokedSession            *session,
                                                   const char              *number,
                                                   GError                 **error);
gboolean     moked_office_service_find_first_user (MokedSession            *session,
                                                   char                   **out_business,
                                                   char                   **out_user_id,
                                                   GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean     moked_office_service_check_role      (MokedSession            *session,
                                                   const char              *user_id,
                                                   MokedUserRole            least,
                                                   GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/customers/moked-customer.h"
#include "features/customers/moked-identity.h"
#include "sync/moked-change-log.h"

G_BEGIN_DECLS

/**
 * MokedContact:
 * @kind: what @value is
 * @value: in its stored form, see [func@identity_normalize]
 * @channel: where the contact came from, such as `whatsapp`
 * @profile_name: (nullable): how they call themselves there
 *
 * Somebody who turned to the office.
 */
typedef struct
{
  MokedIdentityKind kind;
  const char       *value;
  const char       *channel;
  const char       *profile_name;
} MokedContact;

MokedCustomer *moked_customer_service_find           (MokedSession       *session,
                                                      MokedIdentityKind   kind,
                                                      const char         *value,
                                                      GError            **error);
MokedCustomer *moked_customer_service_find_or_create (MokedSession       *session,
                                                      const MokedContact *contact,
                                                      const MokedActor   *actor,
                                                      gboolean           *out_created,
                                                      GError            **error);
gboolean       moked_customer_service_touch          (MokedSession       *session,
                                                      const char         *customer_id,
                                                      gint64              at,
                                                      const char         *what,
                                                      const MokedActor   *actor,
                                                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray     *moked_customer_service_list_identities (MokedSession       *session,
                                                      const char         *customer_id,
                                                      GError            **error);
GPtrArray     *moked_customer_service_list_attachments (MokedSession       *session,
                                                        const char         *customer_id,
                                                        GError            **error);
gboolean       moked_customer_service_save           (MokedSession       *session,
                                                      MokedCustomer      *customer,
                                                      const MokedActor   *actor,
                                                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean       moked_customer_service_delete         (MokedSession       *session,
                                                      const char         *customer_id,
                                                      const MokedActor   *actor,
                                                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

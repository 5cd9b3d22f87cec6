/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/office/moked-office-service.h"
#include "service/moked-service.h"

G_BEGIN_DECLS

typedef struct _MokedNewOffice MokedNewOffice;

/**
 * MokedNewOffice:
 *
 * What somebody needs to work with an office that was just made.
 */
struct _MokedNewOffice
{
  char *business;
  char *user_id;
  char *token;
};

MokedNewOffice *moked_office_command_create   (MokedService           *service,
                                               const MokedOfficeSetup *setup,
                                               GError                **error);
MokedNewOffice *moked_office_command_demo     (MokedService           *service,
                                               guint                   n_customers,
                                               guint                   n_messages,
                                               GError                **error);
MokedNewOffice *moked_office_command_pair     (MokedService           *service,
                                               const char             *device_name,
                                               GError                **error);
char           *moked_new_office_dup_json     (MokedNewOffice         *self);
void            moked_new_office_free         (MokedNewOffice         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MokedNewOffice, moked_new_office_free)

G_END_DECLS

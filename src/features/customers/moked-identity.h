/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/moked-entity.h"

G_BEGIN_DECLS

/**
 * MokedIdentityKind:
 * @MOKED_IDENTITY_PHONE: a phone number in E.164
 * @MOKED_IDENTITY_EMAIL: an e-mail address in lower case
 * @MOKED_IDENTITY_WA_BSUID: WhatsApp's id of a person for one business, without a number
 * @MOKED_IDENTITY_WA_LID: the id that WhatsApp's own protocol hides a number behind
 * @MOKED_IDENTITY_SENDER: what an SMS shows as its sender where that is no number: a name, a short code
 */
typedef enum
{
  MOKED_IDENTITY_PHONE,
  MOKED_IDENTITY_EMAIL,
  MOKED_IDENTITY_WA_BSUID,
  MOKED_IDENTITY_WA_LID,
  MOKED_IDENTITY_SENDER,
} MokedIdentityKind;

#define MOKED_TYPE_IDENTITY (moked_identity_get_type ())
G_DECLARE_FINAL_TYPE (MokedIdentity, moked_identity, MOKED, IDENTITY, MokedEntity)

struct _MokedIdentity
{
  MokedEntity parent_instance;
  char       *customer_id;
  int         kind;
  char       *value;
  char       *label;
  char       *channel;
  char       *search_value;
};

extern const MokedEntityInfo moked_identity_info;
extern const MokedEnumValue moked_identity_kinds[];

char *moked_identity_normalize  (MokedIdentityKind  kind,
                                 const char        *text,
                                 GError           **error);
char *moked_identity_dup_display (MokedIdentityKind  kind,
                                 const char        *value);

G_END_DECLS

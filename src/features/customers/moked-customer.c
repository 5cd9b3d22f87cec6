/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer.h"

#include <glib/gi18n-lib.h>

#include "base/moked-error.h"
#include "base/moked-israeli-id.h"
#include "base/moked-text.h"
#include "features/customers/moked-identity.h"
#include "store/moked-search-text.h"

const MokedEnumValue moked_customer_kinds[] = {
  { MOKED_CUSTOMER_PERSON, "person", N_("Person") },
  { MOKED_CUSTOMER_ORGANISATION, "organisation", N_("Organisation") },
  { 0 },
};

const MokedEnumValue moked_customer_statuses[] = {
  { MOKED_CUSTOMER_LEAD, "lead", N_("Lead") },
  { MOKED_CUSTOMER_ACTIVE, "active", N_("Active") },
  { MOKED_CUSTOMER_CLOSED, "closed", N_("Closed") },
  { MOKED_CUSTOMER_LOST, "lost", N_("Not relevant") },
  { 0 },
};

static const MokedField fields[] = {
  MOKED_ENUM (MokedCustomer, kind, N_("Kind"), moked_customer_kinds, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedCustomer, name, N_("Name"), 200, MOKED_FIELD_REQUIRED),
  MOKED_TEXT (MokedCustomer, id_number, N_("ID number"), 20, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedCustomer, phone, N_("Phone"), 20, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedCustomer, email, N_("E-mail"), 254, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedCustomer, city, N_("City"), 100, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedCustomer, address, N_("Address"), 300, MOKED_FIELD_NONE),
  MOKED_TEXT (MokedCustomer, notes, N_("Background"), 20000, MOKED_FIELD_NONE),
  MOKED_SET (MokedCustomer, tags, N_("Tags"), 2000, MOKED_FIELD_NONE),
  MOKED_REF (MokedCustomer, owner_id, N_("Owner"), MOKED_FIELD_OWNER),
  MOKED_TEXT (MokedCustomer, source, N_("Source"), 100, MOKED_FIELD_NONE),
  MOKED_ENUM (MokedCustomer, status, N_("Status"), moked_customer_statuses, MOKED_FIELD_NONE),
  MOKED_TIME (MokedCustomer, last_activity_at, N_("Last activity"), MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedCustomer, last_activity, N_("Last activity"), 300, MOKED_FIELD_SERVICE),
  MOKED_TEXT (MokedCustomer, sort_name, NULL, 0, MOKED_FIELD_DERIVED),
  MOKED_TEXT (MokedCustomer, search_text, NULL, 0, MOKED_FIELD_DERIVED),
};

/**
 * moked_customer_check_id_number:
 * @kind: a person's identity number (ת״ז) or an organisation's (ח״פ)
 * @text: as somebody wrote it
 * @error: %MOKED_ERROR_INVALID with a sentence for people
 *
 * Returns: whether there can be such a number, its check digit included
 */
gboolean
moked_customer_check_id_number (MokedCustomerKind kind,
                                const char       *text,
                                GError          **error)
{
  if (kind == MOKED_CUSTOMER_ORGANISATION)
    return moked_israeli_company_id_validate (text, error);
  return moked_israeli_id_validate (text, error);
}

static gboolean
normalize_identity (char            **member,
                    MokedIdentityKind kind,
                    GError          **error)
{
  g_autofree char *normal = NULL;

  if (*member == NULL || moked_text_is_blank (*member))
    {
      g_clear_pointer (member, g_free);
      return TRUE;
    }
  normal = moked_identity_normalize (kind, *member, error);
  if (normal == NULL)
    return FALSE;
  g_set_str (member, normal);
  return TRUE;
}

static gboolean
normalize_id_number (MokedCustomer *self,
                     GError       **error)
{
  g_autofree char *normal = NULL;

  if (self->id_number == NULL || moked_text_is_blank (self->id_number))
    {
      g_clear_pointer (&self->id_number, g_free);
      return TRUE;
    }
  if (!moked_customer_check_id_number (self->kind, self->id_number, error))
    return FALSE;
  normal = moked_israeli_id_normalize (self->id_number);
  g_set_str (&self->id_number, normal);
  return TRUE;
}

static void
normalize_name (MokedCustomer *self)
{
  g_autofree char *clean = NULL;

  if (self->name == NULL)
    return;
  clean = moked_text_strip_controls (self->name);
  g_strdelimit (clean, "\n\t", ' ');
  g_strstrip (clean);
  g_set_str (&self->name, *clean != '\0' ? clean : NULL);
}

/**
 * moked_customer_normalize:
 * @self: a customer with values as somebody wrote them
 * @error: %MOKED_ERROR_INVALID with a sentence for people
 *
 * Brings the name, phone number, e-mail address and id number to their stored forms, and then checks
 * the whole record.
 */
gboolean
moked_customer_normalize (MokedCustomer *self,
                          GError       **error)
{
  g_return_val_if_fail (MOKED_IS_CUSTOMER (self), FALSE);

  normalize_name (self);
  return normalize_identity (&self->phone, MOKED_IDENTITY_PHONE, error) &&
         normalize_identity (&self->email, MOKED_IDENTITY_EMAIL, error) && normalize_id_number (self, error) &&
         moked_entity_validate (self, error);
}

static gboolean
check_stored_form (MokedIdentityKind kind,
                   const char       *value,
                   GError          **error)
{
  g_autofree char *normal = value != NULL ? moked_identity_normalize (kind, value, error) : NULL;

  if (value == NULL)
    return TRUE;
  if (normal == NULL)
    return FALSE;
  if (g_str_equal (normal, value))
    return TRUE;
  g_set_error (error, MOKED_ERROR, MOKED_ERROR_INVALID, _ ("“%s” is not in its stored form, which is “%s”"), value,
               normal);
  return FALSE;
}

static gboolean
validate (MokedEntity *entity,
          GError     **error)
{
  MokedCustomer *self = MOKED_CUSTOMER (entity);

  if (moked_text_is_blank (self->name))
    {
      g_set_error_literal (error, MOKED_ERROR, MOKED_ERROR_INVALID, _("A name is needed"));
      return FALSE;
    }
  return check_stored_form (MOKED_IDENTITY_PHONE, self->phone, error) &&
         check_stored_form (MOKED_IDENTITY_EMAIL, self->email, error) &&
         (self->id_number == NULL || moked_customer_check_id_number (self->kind, self->id_number, error));
}

static void
refresh (MokedEntity *entity)
{
  MokedCustomer *self = MOKED_CUSTOMER (entity);
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) tags = self->tags != NULL ? g_strsplit (self->tags, "\n", -1) : NULL;

  g_free (self->sort_name);
  self->sort_name = moked_text_sort_key (self->name != NULL ? self->name : "");
  moked_search_text_add_words (text, self->name);
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    moked_search_text_add_tag (text, tags[i]);
  moked_search_text_add_phone (text, self->phone);
  moked_search_text_add_value (text, self->email);
  moked_search_text_add_value (text, self->id_number);
  g_set_str (&self->search_text, text->str);
}

static const char *const front[] = { "sort_name", "last_activity_at DESC", NULL };

const MokedEntityInfo moked_customer_info = {
  "customer", moked_customer_get_type, fields, G_N_ELEMENTS (fields), validate, refresh, .front = front,
};

/**
 * MokedCustomer:
 *
 * A person or an organisation that the office deals with. The phone and the e-mail address are the first
 * of their identities, kept here too for the list.
 */
MOKED_DEFINE_ENTITY (MokedCustomer, moked_customer, &moked_customer_info)

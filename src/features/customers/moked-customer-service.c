/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/customers/moked-customer-service.h"

#include "base/moked-error.h"
#include "base/moked-phone.h"
#include "base/moked-text.h"
#include "base/moked-ulid.h"
#include "features/attachments/moked-attachment.h"
#include "store/moked-entity-store.h"

#define MAX_NAME 200
#define MAX_ACTIVITY 300
#define MAX_ATTACHMENTS 900

/**
 * moked_customer_service_find:
 * @session: a session of the business
 * @kind: what @value is
 * @value: in its stored form
 * @error: %MOKED_ERROR_STORAGE
 *
 * Returns: (transfer full) (nullable): the customer with this identity, the oldest if several share it;
 *   %NULL without an error when nobody has it
 */
MokedCustomer *
moked_customer_service_find (MokedSession     *session,
                             MokedIdentityKind kind,
                             const char       *value,
                             GError          **error)
{
  return moked_entity_store_find (session, &moked_customer_info, error,
                                  "e.business_id = $1 AND e.deleted_at IS NULL AND e.id IN "
                                  "(SELECT i.customer_id FROM identity i WHERE i.business_id = $1 AND i.kind = $2 "
                                  "AND i.value = $3 AND i.deleted_at IS NULL) ORDER BY e.created_at, e.id",
                                  "tt", moked_enum_get_nick (moked_identity_kinds, kind), value);
}

/* A profile's name is a stranger's text: of one line, of bounded length, and not blank. */
static char *
dup_profile_name (const MokedContact *contact)
{
  g_autofree char *clean = NULL;

  if (contact->profile_name == NULL)
    return NULL;
  clean = moked_text_strip_controls (contact->profile_name);
  g_strdelimit (clean, "\n\t", ' ');
  g_strstrip (clean);
  return moked_text_is_blank (clean) ? NULL : g_utf8_substring (clean, 0, MIN (MAX_NAME, g_utf8_strlen (clean, -1)));
}

static char *
dup_name_of_value (const MokedContact *contact)
{
  return contact->kind == MOKED_IDENTITY_PHONE ? moked_phone_format (contact->value) : g_strdup (contact->value);
}

static gboolean
save_identity (MokedSession       *session,
               MokedCustomer      *customer,
               const MokedContact *contact,
               const MokedActor   *actor,
               GError            **error)
{
  g_autofree char *id = moked_ulid_new (NULL);
  g_autoptr (MokedIdentity) identity = MOKED_IDENTITY (moked_entity_new (&moked_identity_info, id));

  identity->kind = contact->kind;
  g_set_str (&identity->customer_id, moked_entity_get_id (customer));
  g_set_str (&identity->value, contact->value);
  g_set_str (&identity->channel, contact->channel);
  return moked_change_log_save (session, identity, actor, error);
}

static MokedCustomer *
create (MokedSession       *session,
        const MokedContact *contact,
        const char         *profile_name,
        const MokedActor   *actor,
        GError            **error)
{
  g_autofree char *id = moked_ulid_new (NULL);
  g_autofree char *fallback = dup_name_of_value (contact);
  g_autoptr (MokedCustomer) customer = MOKED_CUSTOMER (moked_entity_new (&moked_customer_info, id));

  g_set_str (&customer->name, profile_name != NULL ? profile_name : fallback);
  g_set_str (&customer->source, contact->channel);
  if (contact->kind == MOKED_IDENTITY_PHONE)
    g_set_str (&customer->phone, contact->value);
  else if (contact->kind == MOKED_IDENTITY_EMAIL)
    g_set_str (&customer->email, contact->value);
  if (!moked_change_log_save (session, customer, actor, error) ||
      !save_identity (session, customer, contact, actor, error))
    return NULL;
  return g_steal_pointer (&customer);
}

/**
 * moked_customer_service_find_or_create:
 * @session: a session of the business
 * @contact: who turned to the office
 * @actor: what is written in the change log
 * @out_created: (out) (optional): whether the person is new
 * @error: %MOKED_ERROR_STORAGE
 *
 * The person behind an identity. An unknown one becomes a new lead, named as in their profile or else by
 * their number; a person who was known by the number alone gets the name once a profile tells it.
 *
 * Returns: (transfer full) (nullable): the customer
 */
MokedCustomer *
moked_customer_service_find_or_create (MokedSession       *session,
                                       const MokedContact *contact,
                                       const MokedActor   *actor,
                                       gboolean           *out_created,
                                       GError            **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *profile_name = dup_profile_name (contact);
  g_autofree char *fallback = dup_name_of_value (contact);
  g_autoptr (MokedCustomer) customer =
      moked_customer_service_find (session, contact->kind, contact->value, &local_error);

  if (out_created != NULL)
    *out_created = customer == NULL;
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (customer == NULL)
    return create (session, contact, profile_name, actor, error);
  if (profile_name != NULL && g_strcmp0 (customer->name, fallback) == 0)
    {
      g_set_str (&customer->name, profile_name);
      if (!moked_change_log_save (session, customer, actor, error))
        return NULL;
    }
  return g_steal_pointer (&customer);
}

/**
 * moked_customer_service_touch:
 * @session: a session of the business
 * @customer_id: who
 * @at: when it happened, microseconds UTC; an earlier time than what is known changes nothing
 * @what: (nullable): the beginning of it, such as the text of a message
 * @actor: what is written in the change log
 * @error: %MOKED_ERROR_NOT_FOUND, %MOKED_ERROR_STORAGE
 *
 * Notes that something happened with a customer.
 */
gboolean
moked_customer_service_touch (MokedSession     *session,
                              const char       *customer_id,
                              gint64            at,
                              const char       *what,
                              const MokedActor *actor,
                              GError          **error)
{
  g_autoptr (MokedCustomer) customer = moked_entity_store_load (session, &moked_customer_info, customer_id, error);
  g_autofree char *clean = NULL;
  g_autofree char *beginning = NULL;

  if (customer == NULL)
    return FALSE;
  if (at <= customer->last_activity_at || moked_entity_is_deleted (customer))
    return TRUE;
  clean = moked_text_strip_controls (what != NULL ? what : "");
  g_strstrip (g_strdelimit (clean, "\n\t", ' '));
  beginning = g_utf8_substring (clean, 0, MIN (MAX_ACTIVITY, g_utf8_strlen (clean, -1)));
  customer->last_activity_at = at;
  g_set_str (&customer->last_activity, *beginning != '\0' ? beginning : NULL);
  return moked_change_log_save (session, customer, actor, error);
}

/**
 * moked_customer_service_list_identities:
 *
 * Returns: (transfer full) (element-type Moked.Identity) (nullable): the oldest first
 */
GPtrArray *
moked_customer_service_list_identities (MokedSession *session,
                                        const char   *customer_id,
                                        GError      **error)
{
  return moked_entity_store_list (session, &moked_identity_info, error,
                                  "WHERE e.business_id = $1 AND e.customer_id = $2 AND e.deleted_at IS NULL "
                                  "ORDER BY e.created_at, e.id",
                                  "t", customer_id);
}

static gboolean
has_identity (GPtrArray        *identities,
              MokedIdentityKind kind,
              const char       *value)
{
  for (guint i = 0; i < identities->len; i++)
    {
      MokedIdentity *identity = g_ptr_array_index (identities, i);

      if ((MokedIdentityKind) identity->kind == kind && g_str_equal (identity->value, value))
        return TRUE;
    }
  return FALSE;
}

static gboolean
ensure_identity (MokedSession     *session,
                 MokedCustomer    *customer,
                 GPtrArray        *identities,
                 MokedIdentityKind kind,
                 const char       *value,
                 const MokedActor *actor,
                 GError          **error)
{
  MokedContact contact = { kind, value, NULL, NULL };

  if (value == NULL || has_identity (identities, kind, value))
    return TRUE;
  return save_identity (session, customer, &contact, actor, error);
}

/**
 * moked_customer_service_save:
 * @session: a session of the business
 * @customer: a customer with values as somebody wrote them
 * @actor: what is written in the change log
 * @error: %MOKED_ERROR_INVALID with a sentence for people, %MOKED_ERROR_STORAGE
 *
 * Stores a customer; their phone number and e-mail address become identities if they are not yet.
 */
gboolean
moked_customer_service_save (MokedSession     *session,
                             MokedCustomer    *customer,
                             const MokedActor *actor,
                             GError          **error)
{
  g_autoptr (GPtrArray) identities = NULL;

  if (!moked_customer_normalize (customer, error) || !moked_change_log_save (session, customer, actor, error))
    return FALSE;
  identities = moked_customer_service_list_identities (session, moked_entity_get_id (customer), error);
  return identities != NULL &&
         ensure_identity (session, customer, identities, MOKED_IDENTITY_PHONE, customer->phone, actor, error) &&
         ensure_identity (session, customer, identities, MOKED_IDENTITY_EMAIL, customer->email, actor, error);
}

/**
 * moked_customer_service_list_attachments:
 * @session: a session of the business
 * @customer_id: whose
 *
 * Returns: (transfer full) (nullable) (element-type MokedAttachment): their files, as many as one step may have
 */
GPtrArray *
moked_customer_service_list_attachments (MokedSession *session,
                                         const char   *customer_id,
                                         GError      **error)
{
  return moked_entity_store_list (session, &moked_attachment_info, error,
                                  "WHERE business_id = $1 AND customer_id = $2 AND deleted_at IS NULL "
                                  "ORDER BY created_at DESC LIMIT $3",
                                  "ti", customer_id, (gint64) MAX_ATTACHMENTS);
}

static gboolean
delete_all (MokedSession     *session,
            GPtrArray        *entities,
            const MokedActor *actor,
            GError          **error)
{
  if (entities == NULL)
    return FALSE;
  for (guint i = 0; i < entities->len; i++)
    if (!moked_change_log_delete (session, g_ptr_array_index (entities, i), actor, error))
      return FALSE;
  return TRUE;
}

/**
 * moked_customer_service_delete:
 * @session: a session of the business
 * @customer_id: who
 * @actor: what is written in the change log
 * @error: %MOKED_ERROR_NOT_FOUND, %MOKED_ERROR_STORAGE
 *
 * Deletes a customer with their files and identities, so that whoever uses the number next is somebody new. Notes
 * stay and come back with a restored customer.
 */
gboolean
moked_customer_service_delete (MokedSession     *session,
                               const char       *customer_id,
                               const MokedActor *actor,
                               GError          **error)
{
  g_autoptr (MokedCustomer) customer = moked_entity_store_load (session, &moked_customer_info, customer_id, error);
  g_autoptr (GPtrArray) identities = NULL;
  g_autoptr (GPtrArray) attachments = NULL;

  if (customer == NULL)
    return FALSE;
  identities = moked_customer_service_list_identities (session, customer_id, error);
  attachments = identities != NULL ? moked_customer_service_list_attachments (session, customer_id, error) : NULL;
  return delete_all (session, identities, actor, error) && delete_all (session, attachments, actor, error) &&
         moked_change_log_delete (session, customer, actor, error);
}

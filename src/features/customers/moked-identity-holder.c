/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-identity-holder.h"

#include "features/customers/moked-customer.h"
#include "store/moked-entity-store.h"

/* Who else is known by a number or an address. */
typedef struct
{
  MokedIdentityKind kind;
  char             *value;
  char             *except_id;
} Holder;

/**
 * moked_identity_holder_new:
 * @kind: what @value is
 * @value: in its stored form
 * @except_id: a customer who does not count
 *
 * Returns: (transfer full): for moked_identity_holder_read()
 */
gpointer
moked_identity_holder_new (MokedIdentityKind kind,
                           const char       *value,
                           const char       *except_id)
{
  Holder *holder = g_new (Holder, 1);

  *holder = (Holder) { kind, g_strdup (value), g_strdup (except_id) };
  return holder;
}

void
moked_identity_holder_free (gpointer holder)
{
  g_free (((Holder *) holder)->value);
  g_free (((Holder *) holder)->except_id);
  g_free (holder);
}

/**
 * moked_identity_holder_read:
 * @holder: from moked_identity_holder_new()
 *
 * For moked_cache_read().
 *
 * Returns: (transfer full): resolves to the [class@Customer] who has it, too, or to %FALSE
 */
DexFuture *
moked_identity_holder_read (MokedSession *session,
                            gpointer      holder)
{
  Holder *self = holder;
  GError *error = NULL;
  g_autoptr (GPtrArray) found = moked_entity_store_list (
      session, &moked_customer_info, &error,
      "WHERE business_id = $1 AND deleted_at IS NULL AND id <> $4 AND id IN (SELECT customer_id FROM identity i "
      "WHERE i.business_id = $1 AND i.kind = $2 AND i.value = $3 AND i.deleted_at IS NULL) LIMIT 1",
      "ttt", moked_enum_get_nick (moked_identity_kinds, self->kind), self->value, self->except_id);

  if (found == NULL)
    return dex_future_new_for_error (error);
  if (found->len == 0)
    return dex_future_new_for_boolean (FALSE);
  return dex_future_new_take_object (g_object_ref (found->pdata[0]));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/customers/moked-customer-touches.h"

#include "features/customers/moked-customer-service.h"

/* Others wait for the writer meanwhile. */
#define STEP 500

typedef struct
{
  gint64 at;
  char  *what;
} Touch;

struct _MokedCustomerTouches
{
  GHashTable *touches; /* customer's id → Touch */
};

static void
touch_free (gpointer data)
{
  Touch *touch = data;

  g_free (touch->what);
  g_free (touch);
}

MokedCustomerTouches *
moked_customer_touches_new (void)
{
  MokedCustomerTouches *self = g_new0 (MokedCustomerTouches, 1);

  self->touches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, touch_free);
  return self;
}

void
moked_customer_touches_free (MokedCustomerTouches *self)
{
  g_hash_table_unref (self->touches);
  g_free (self);
}

/**
 * moked_customer_touches_add:
 * @at: microseconds since 1970 UTC
 * @what: (nullable): what was said or done
 *
 * Notes it when nothing later is known of the customer.
 */
void
moked_customer_touches_add (MokedCustomerTouches *self,
                            const char           *customer_id,
                            gint64                at,
                            const char           *what)
{
  Touch *touch = g_hash_table_lookup (self->touches, customer_id);

  if (touch == NULL)
    {
      touch = g_new0 (Touch, 1);
      g_hash_table_insert (self->touches, g_strdup (customer_id), touch);
    }
  else if (touch->at >= at)
    return;
  touch->at = at;
  g_set_str (&touch->what, what);
}

typedef struct
{
  GHashTableIter left;
  MokedActor     actor;
} Writing;

/* Some of them; true while others may be left. */
static DexFuture *
write_some (MokedSession *session,
            gpointer      data)
{
  Writing *writing = data;
  gpointer customer_id, value;
  GError *error = NULL;

  for (guint i = 0; i < STEP; i++)
    {
      Touch *touch;

      if (!g_hash_table_iter_next (&writing->left, &customer_id, &value))
        return dex_future_new_false ();
      touch = value;
      if (!moked_customer_service_touch (session, customer_id, touch->at, touch->what, &writing->actor, &error))
        return dex_future_new_for_error (error);
    }
  return dex_future_new_true ();
}

/**
 * moked_customer_touches_write:
 *
 * Writes what was noted, in as many transactions as it takes. Awaits. No customer's later activity is overwritten.
 *
 * Returns: whether all is stored
 */
gboolean
moked_customer_touches_write (MokedCustomerTouches *self,
                              MokedDemo            *demo,
                              GError              **error)
{
  g_autoptr (GError) local_error = NULL;
  Writing writing = { .actor = demo->actor };

  g_hash_table_iter_init (&writing.left, self->touches);
  while (dex_await_boolean (moked_store_write (demo->store, MOKED_PRIORITY_BULK, demo->business, write_some, &writing,
                                               NULL),
                            &local_error))
    ;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

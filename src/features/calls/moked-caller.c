/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/calls/moked-caller.h"

#include "base/moked-phone.h"
#include "features/calls/moked-call.h"
#include "features/customers/moked-customer-service.h"
#include "store/moked-entity-store.h"

G_DEFINE_BOXED_TYPE (MokedCaller, moked_caller, moked_caller_copy, moked_caller_free)

MokedCaller *
moked_caller_copy (MokedCaller *self)
{
  MokedCaller *copy = g_new (MokedCaller, 1);

  *copy = *self;
  copy->phone = g_strdup (self->phone);
  copy->customer_id = g_strdup (self->customer_id);
  copy->name = g_strdup (self->name);
  copy->tags = g_strdup (self->tags);
  copy->last_activity = g_strdup (self->last_activity);
  return copy;
}

void
moked_caller_free (MokedCaller *self)
{
  g_free (self->phone);
  g_free (self->customer_id);
  g_free (self->name);
  g_free (self->tags);
  g_free (self->last_activity);
  g_free (self);
}

/* A stranger who called becomes a lead with the number for a name. */
static char *
dup_name (MokedCaller   *self,
          MokedCustomer *customer)
{
  g_autofree char *number = customer->name != NULL ? moked_phone_normalize (customer->name, NULL) : NULL;

  return g_strcmp0 (number, self->phone) != 0 ? g_strdup (customer->name) : NULL;
}

static gboolean
read_person (MokedCaller  *self,
             MokedSession *session,
             GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCustomer) customer = NULL;

  if (self->phone == NULL)
    return TRUE;
  customer = moked_customer_service_find (session, MOKED_IDENTITY_PHONE, self->phone, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (customer == NULL)
    return TRUE;
  self->customer_id = g_strdup (moked_entity_get_id (customer));
  self->name = dup_name (self, customer);
  self->tags = g_strdup (customer->tags);
  self->last_activity = g_strdup (customer->last_activity);
  self->last_activity_at = customer->last_activity_at;
  return TRUE;
}

static gboolean
read_call (MokedCaller  *self,
           MokedSession *session,
           const char   *provider_id,
           GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCall) call = moked_entity_store_find (session, &moked_call_info, &local_error,
                                                        "e.business_id = $1 AND e.provider_id = $2", "t", provider_id);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  self->over = call != NULL && moked_call_is_over (call);
  if (call != NULL && self->last_activity_at >= call->started_at)
    g_clear_pointer (&self->last_activity, g_free);
  return TRUE;
}

/**
 * moked_caller_look_up:
 * @session: a session of the desktop's cache
 * @phone: (nullable): E.164
 * @provider_id: the vendor's id of the call
 *
 * Returns: (transfer full) (nullable): what is known, with little more than the number for a stranger
 */
MokedCaller *
moked_caller_look_up (MokedSession *session,
                      const char   *phone,
                      const char   *provider_id,
                      GError      **error)
{
  g_autoptr (MokedCaller) self = g_new0 (MokedCaller, 1);

  self->phone = g_strdup (phone);
  if (!read_person (self, session, error) || !read_call (self, session, provider_id, error))
    return NULL;
  return g_steal_pointer (&self);
}

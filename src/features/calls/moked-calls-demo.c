/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/calls/moked-calls.h"

#include "features/calls/moked-call.h"
#include "features/customers/moked-customer-touches.h"
#include "features/moked-demo.h"

/* The demo office's calls: of the last months, and some of today, two of them missed. */

#define MANY 2000
#define N_TODAY 9

typedef struct
{
  char  *id;
  char  *phone;
  char  *owner_id;
  gint64 created_at;
} Person;

typedef struct
{
  MokedDemo            *demo;
  GPtrArray            *people;
  MokedDemoWriter      *writer;
  MokedCustomerTouches *touches;
} Maker;

static void
person_free (gpointer data)
{
  Person *self = data;

  g_free (self->id);
  g_free (self->phone);
  g_free (self->owner_id);
  g_free (self);
}

static DexFuture *
read_people (MokedSession *session,
             gpointer      data)
{
  Maker *self = data;
  guint n = self->demo->n_customers;
  gint64 step = n <= MANY ? 1 : n / (MANY + n / 50);
  GError *error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, &error,
      "SELECT id, phone, owner_id, created_at FROM customer WHERE business_id = $1 AND row_id % $2 = 0 ORDER BY row_id",
      "i", step);

  if (cursor == NULL)
    return dex_future_new_for_error (error);
  while (moked_cursor_next (cursor, &error))
    {
      Person *person = g_new0 (Person, 1);

      person->id = moked_cursor_dup_text (cursor, 0);
      person->phone = moked_cursor_dup_text (cursor, 1);
      person->owner_id = moked_cursor_dup_text (cursor, 2);
      person->created_at = moked_cursor_get_int (cursor, 3);
      g_ptr_array_add (self->people, person);
    }
  return error == NULL ? dex_future_new_true () : dex_future_new_for_error (error);
}

static void
answer (MokedDemo *demo,
        MokedCall *call,
        Person    *person)
{
  call->state = MOKED_CALL_COMPLETED;
  call->answered_at = call->started_at + g_rand_int_range (demo->rand, 4, 25) * G_TIME_SPAN_SECOND;
  call->duration = g_rand_int_range (demo->rand, 18, 780);
  call->ended_at = call->answered_at + call->duration * G_TIME_SPAN_SECOND;
  g_set_str (&call->user_id, moked_demo_chance (demo, 80) ? person->owner_id : demo->owner_id);
}

static void
miss (MokedDemo *demo,
      MokedCall *call)
{
  gboolean recorded = moked_demo_chance (demo, 45);

  call->ended_at = call->started_at + g_rand_int_range (demo->rand, 22, 70) * G_TIME_SPAN_SECOND;
  call->state = recorded ? MOKED_CALL_COMPLETED : MOKED_CALL_NO_ANSWER;
  if (!recorded)
    return;
  call->voicemail = g_strconcat ("demo:", moked_entity_get_id (call), NULL);
  call->voicemail_duration = g_rand_int_range (demo->rand, 6, 45);
}

static void
dial_in_vain (MokedDemo *demo,
              MokedCall *call,
              Person    *person)
{
  call->state = moked_demo_chance (demo, 70) ? MOKED_CALL_NO_ANSWER : MOKED_CALL_BUSY;
  call->ended_at = call->started_at + g_rand_int_range (demo->rand, 8, 40) * G_TIME_SPAN_SECOND;
  g_set_str (&call->user_id, person->owner_id);
}

static MokedCall *
make_call (MokedDemo *demo,
           Person    *person,
           gint64     at,
           gboolean   missed)
{
  g_autofree char *id = moked_demo_dup_id (demo, at);
  MokedCall *call = MOKED_CALL (moked_entity_new (&moked_call_info, id));

  moked_entity_set_created_at (call, at);
  call->started_at = at;
  call->direction = missed || moked_demo_chance (demo, 62) ? MOKED_CALL_IN : MOKED_CALL_OUT;
  call->provider_id = g_strconcat ("demo-", id, NULL);
  g_set_str (&call->customer_id, person->id);
  g_set_str (&call->peer, person->phone);
  if (missed)
    miss (demo, call);
  else if (call->direction == MOKED_CALL_OUT && moked_demo_chance (demo, 25))
    dial_in_vain (demo, call, person);
  else
    answer (demo, call, person);
  return call;
}

static gboolean
add_call (Maker     *self,
          MokedCall *call,
          GError   **error)
{
  moked_customer_touches_add (self->touches, call->customer_id, call->started_at,
                              moked_enum_get_label (moked_call_directions, call->direction));
  return moked_demo_writer_add (self->writer, call, error);
}

static gboolean
make_past (Maker   *self,
           Person  *person,
           GError **error)
{
  MokedDemo *demo = self->demo;
  guint n = (guint) g_rand_int_range (demo->rand, 0, 4);
  gint32 days = (gint32) ((demo->now - person->created_at) / G_TIME_SPAN_DAY);

  for (guint i = 0; i < n && days > 2; i++)
    {
      gint64 at = moked_demo_work_time (demo, (guint) g_rand_int_range (demo->rand, 1, days));
      MokedCall *call = make_call (demo, person, at, moked_demo_chance (demo, 14));

      if (!add_call (self, call, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
make_today (Maker   *self,
            GError **error)
{
  for (guint i = 0; i < N_TODAY && i * 7 + 3 < self->people->len; i++)
    {
      Person *person = g_ptr_array_index (self->people, self->people->len - 1 - (i * 7 + 3));
      gint64 at = self->demo->now - (gint64) (11 + i * 37) * G_TIME_SPAN_MINUTE;
      MokedCall *call = make_call (self->demo, person, at, i == 0 || i == 4);

      if (!add_call (self, call, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * moked_calls_demo:
 *
 * Gives the demo office its calls.
 */
gboolean
moked_calls_demo (MokedDemo *demo,
                  GError   **error)
{
  g_autoptr (MokedDemoWriter) writer = moked_demo_writer_new (demo);
  g_autoptr (MokedCustomerTouches) touches = moked_customer_touches_new ();
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func (person_free);
  Maker self = { demo, people, writer, touches };

  if (!dex_await (moked_store_read (demo->store, demo->business, read_people, &self, NULL), error))
    return FALSE;
  for (guint i = 0; i < people->len; i++)
    if (!make_past (&self, g_ptr_array_index (people, i), error))
      return FALSE;
  demo->progress (demo, "calls", 1.0);
  return make_today (&self, error) && moked_demo_writer_finish (writer, error) &&
         moked_customer_touches_write (touches, demo, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-messages.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "features/customers/moked-customer-touches.h"
#include "features/messages/moked-demo-talk.h"
#include "features/messages/moked-message-service.h"
#include "features/office/moked-user.h"
#include "store/moked-entity-store.h"

/* The demo office's conversations: months of them, some of today that nobody has read, one message that
 * failed and one that will go later. */

#define MANY 2000        /* so many people, and most of them write */
#define WRITERS_PERCENT 60
#define N_TODAY 14
#define FAILED_AT 2
#define QUEUED_AT 4

typedef struct
{
  MokedDemo       *demo;
  MokedDemoWriter *writer;
  GPtrArray       *people;
  GHashTable      *agents;  /* id → name */
  MokedCustomerTouches *touches;
  char            *queued_id;
  char            *queued_conversation;
} Maker;

static void
person_free (gpointer data)
{
  MokedDemoPerson *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->phone);
  g_free (self->city);
  g_free (self->tags);
  g_free (self->owner_id);
  g_free (self);
}

static void
maker_clear (Maker *self)
{
  g_clear_pointer (&self->writer, moked_demo_writer_free);
  g_ptr_array_unref (self->people);
  moked_customer_touches_free (self->touches);
  g_hash_table_unref (self->agents);
  g_free (self->queued_id);
  g_free (self->queued_conversation);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Maker, maker_clear)

/* Reading who there is */

static gint64
sample_step (MokedDemo *demo)
{
  return demo->n_customers <= MANY || demo->n_messages > 0 ? 1 : demo->n_customers / (MANY + demo->n_customers / 50);
}

static gboolean
read_people (MokedSession *session,
             Maker        *self,
             GError      **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (MokedCursor) cursor = moked_session_query (
      session, error,
      "SELECT id, name, phone, city, tags, owner_id, created_at FROM customer "
      "WHERE business_id = $1 AND row_id % $2 = 0 ORDER BY row_id",
      "i", sample_step (self->demo));

  if (cursor == NULL)
    return FALSE;
  while (moked_cursor_next (cursor, &local_error))
    {
      MokedDemoPerson *person = g_new0 (MokedDemoPerson, 1);

      person->id = moked_cursor_dup_text (cursor, 0);
      person->name = moked_cursor_dup_text (cursor, 1);
      person->phone = moked_cursor_dup_text (cursor, 2);
      person->city = moked_cursor_dup_text (cursor, 3);
      person->tags = moked_cursor_dup_text (cursor, 4);
      person->owner_id = moked_cursor_dup_text (cursor, 5);
      person->created_at = moked_cursor_get_int (cursor, 6);
      g_ptr_array_add (self->people, person);
    }
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static gboolean
read_agents (MokedSession *session,
             Maker        *self,
             GError      **error)
{
  g_autoptr (GPtrArray) users =
      moked_entity_store_list (session, &moked_user_info, error, "WHERE e.business_id = $1", "");

  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    {
      MokedUser *user = g_ptr_array_index (users, i);

      g_hash_table_insert (self->agents, g_strdup (moked_entity_get_id (user)), g_strdup (user->name));
    }
  return TRUE;
}

static DexFuture *
read_all (MokedSession *session,
          gpointer      data)
{
  GError *error = NULL;

  if (!read_people (session, data, &error) || !read_agents (session, data, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

/* Making conversations */

static guint
count_unread (GPtrArray *messages)
{
  guint n = 0;

  for (guint i = messages->len; i > 0; i--)
    {
      MokedMessage *message = g_ptr_array_index (messages, i - 1);

      if (message->direction == MOKED_DIRECTION_OUT)
        break;
      n++;
    }
  return n;
}

static MokedConversationState
pick_state (MokedDemo *demo,
            gboolean   today)
{
  int at = g_rand_int_range (demo->rand, 0, 100);

  if (today)
    return at < 85 ? MOKED_CONVERSATION_OPEN : MOKED_CONVERSATION_PENDING;
  return at < 62   ? MOKED_CONVERSATION_RESOLVED
         : at < 80 ? MOKED_CONVERSATION_OPEN
         : at < 92 ? MOKED_CONVERSATION_PENDING
                   : MOKED_CONVERSATION_SNOOZED;
}

static MokedMessage *
with_id (MokedDemoTalk         *talk,
         MokedMessage *message)
{
  MokedDemo *demo = talk->demo;
  gint64 at = moked_entity_get_created_at (message);
  g_autofree char *id = moked_demo_dup_id (demo, at);
  MokedMessage *named = MOKED_MESSAGE (moked_entity_new (&moked_message_info, id));

  for (guint i = 0; i < moked_message_info.n_fields; i++)
    moked_entity_copy_field (named, message, &moked_message_info.fields[i]);
  moked_entity_set_created_at (named, at);
  g_set_str (&named->conversation_id, moked_entity_get_id (talk->conversation));
  g_set_str (&named->customer_id, talk->person->id);
  if (named->direction == MOKED_DIRECTION_OUT)
    g_set_str (&named->author_id, talk->person->owner_id);
  if (named->state != MOKED_DELIVERY_QUEUED && named->state != MOKED_DELIVERY_FAILED)
    {
      named->sent_at = at;
      named->provider_id = g_strconcat ("demo-", id, NULL);
    }
  return named;
}

static gboolean
write_talk (Maker         *maker,
            MokedDemoTalk *talk,
            GError       **error)
{
  moked_customer_touches_add (maker->touches, talk->person->id, talk->conversation->last_message_at,
                              talk->conversation->preview);
  for (guint i = 0; i < talk->messages->len; i++)
    {
      MokedMessage *message = with_id (talk, g_ptr_array_index (talk->messages, i));

      if (message->state == MOKED_DELIVERY_QUEUED)
        {
          maker->queued_id = g_strdup (moked_entity_get_id (message));
          maker->queued_conversation = g_strdup (message->conversation_id);
        }
      if (!moked_demo_writer_add (maker->writer, message, error))
        return FALSE;
    }
  return moked_demo_writer_add (maker->writer, g_object_ref (talk->conversation), error);
}

static gboolean
make_past (Maker           *maker,
           MokedDemoPerson *person,
           GError         **error)
{
  MokedDemo *demo = maker->demo;
  gint64 latest = demo->now - 26 * G_TIME_SPAN_HOUR;
  gint64 began_at = person->created_at + g_rand_int_range (demo->rand, 1, 90) * G_TIME_SPAN_MINUTE;
  guint n = (guint) g_rand_int_range (demo->rand, 1, 4);
  g_auto (MokedDemoTalk) talk = { NULL };

  if (began_at >= latest)
    return TRUE;
  moked_demo_talk_init (&talk, demo, person, g_hash_table_lookup (maker->agents, person->owner_id), began_at);
  for (guint i = 0; i < n && talk.at < latest; i++)
    {
      moked_demo_talk_add_dialogue (&talk, FALSE);
      moked_demo_talk_wait (&talk, g_rand_int_range (demo->rand, 48, 1100));
    }
  moked_demo_talk_drop_after (&talk, latest);
  talk.conversation->state = pick_state (demo, FALSE);
  moked_demo_talk_finish (&talk);
  return write_talk (maker, &talk, error);
}

/* One of the shares that make up exactly so many messages. */
static gboolean
make_share (Maker           *maker,
            MokedDemoPerson *person,
            guint            share,
            GError         **error)
{
  MokedDemo *demo = maker->demo;
  gint64 latest = demo->now - g_rand_int_range (demo->rand, 26, 8000) * G_TIME_SPAN_HOUR;
  g_auto (MokedDemoTalk) talk = { NULL };

  if (share == 0)
    return TRUE;
  moked_demo_talk_init (&talk, demo, person, g_hash_table_lookup (maker->agents, person->owner_id), latest);
  for (guint i = 1; talk.messages->len < share; i++)
    {
      moked_demo_talk_add_dialogue (&talk, FALSE);
      moked_demo_talk_wait (&talk, g_rand_int_range (demo->rand, 1, 48));
      if (i % 4 == 0)
        talk.used = 0; /* of some hundred messages, others were said before */
    }
  g_ptr_array_set_size (talk.messages, (gint) share);
  moked_demo_talk_move_to_end (&talk, 0, latest);
  talk.conversation->state = pick_state (demo, FALSE);
  moked_demo_talk_finish (&talk);
  return write_talk (maker, &talk, error);
}

/* The one that failed, and the one that goes in the morning. */
static void
add_special (MokedDemoTalk *talk,
             guint          index)
{
  static const char failed[] = ">שלחתי גם את התכנית. מה דעתך, נקבע סיור?";
  static const char queued[] = ">בוקר טוב {first}, תזכורת לסיור מחר ב-{time}.";
  MokedMessage *last;

  if (index != FAILED_AT && index != QUEUED_AT)
    return;
  moked_demo_talk_add_line (talk, index == FAILED_AT ? failed : queued);
  last = g_ptr_array_index (talk->messages, talk->messages->len - 1);
  last->state = index == FAILED_AT ? MOKED_DELIVERY_FAILED : MOKED_DELIVERY_QUEUED;
  if (index == FAILED_AT)
    g_set_str (&last->error, N_("The phone could not be reached. It may be off or out of service."));
}

static gboolean
make_today (Maker           *maker,
            MokedDemoPerson *person,
            guint            index,
            GError         **error)
{
  MokedDemo *demo = maker->demo;
  gboolean answered = index % 3 == 2 || index == QUEUED_AT;
  gint64 ago = (gint64) (4 + index * index * 3 + (guint) g_rand_int_range (demo->rand, 0, 6)) * G_TIME_SPAN_MINUTE;
  g_auto (MokedDemoTalk) talk = { NULL };
  guint first;

  moked_demo_talk_init (&talk, demo, person, g_hash_table_lookup (maker->agents, person->owner_id),
                        moked_demo_work_time (demo, 3 + index % 4));
  talk.conversation->channel = MOKED_CHANNEL_WHATSAPP;
  if (index % 2 == 0)
    moked_demo_talk_add_dialogue (&talk, FALSE);
  moked_demo_talk_drop_after (&talk, demo->now - G_TIME_SPAN_DAY);
  first = talk.messages->len;
  moked_demo_talk_add_dialogue (&talk, !answered);
  add_special (&talk, index);
  moked_demo_talk_move_to_end (&talk, first, demo->now - ago);
  talk.conversation->unread = answered ? 0 : count_unread (talk.messages);
  talk.conversation->state = pick_state (demo, TRUE);
  moked_demo_talk_finish (&talk);
  return write_talk (maker, &talk, error);
}

/* After the records */

static gboolean
enqueue_special (MokedSession *session,
                 Maker        *self,
                 GError      **error)
{
  g_autofree char *args = g_strdup_printf ("{\"message_id\":\"%s\"}", self->queued_id);
  g_autofree char *job_id = NULL;

  if (self->queued_id == NULL)
    return TRUE;
  return moked_job_enqueue (session, MOKED_MESSAGES_SEND_JOB, self->queued_conversation, args,
                            self->demo->now + 12 * G_TIME_SPAN_HOUR, &job_id, error) &&
         moked_session_exec (session, error,
                             "INSERT INTO message_send (business_id, message_id, job_id) VALUES ($1, $2, $3)", "tt",
                             self->queued_id, job_id);
}

static DexFuture *
finish_in_session (MokedSession *session,
                   gpointer      data)
{
  GError *error = NULL;

  if (!enqueue_special (session, data, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static guint
share_of (MokedDemo *demo,
          guint      index,
          guint      n)
{
  guint64 n_messages = demo->n_messages;

  return (guint) (n_messages * (index + 1) / n - n_messages * index / n);
}

static gboolean
make_one (Maker           *self,
          MokedDemoPerson *person,
          guint            index,
          gboolean         today,
          GError         **error)
{
  if (self->demo->n_messages > 0)
    return make_share (self, person, share_of (self->demo, index, self->people->len), error);
  if (today)
    return make_today (self, person, index / 5, error);
  return !moked_demo_chance (self->demo, WRITERS_PERCENT) || make_past (self, person, error);
}

static gboolean
make_all (Maker   *self,
          GError **error)
{
  guint n = self->people->len;
  guint n_today = MIN (N_TODAY, n / 4);

  for (guint i = 0; i < n; i++)
    {
      MokedDemoPerson *person = g_ptr_array_index (self->people, n - 1 - i);
      gboolean today = i % 5 == 1 && i / 5 < n_today;

      if (i % 500 == 0)
        self->demo->progress (self->demo, "messages", (double) i / n);
      if (!make_one (self, person, i, today, error))
        return FALSE;
    }
  return moked_demo_writer_finish (self->writer, error);
}

/**
 * moked_messages_demo:
 *
 * Gives the demo office its conversations.
 */
gboolean
moked_messages_demo (MokedDemo *demo,
                     GError   **error)
{
  g_auto (Maker) self = { demo };

  self.writer = moked_demo_writer_new (demo);
  self.people = g_ptr_array_new_with_free_func (person_free);
  self.touches = moked_customer_touches_new ();
  self.agents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return dex_await (moked_store_read (demo->store, demo->business, read_all, &self, NULL), error) &&
         make_all (&self, error) && moked_customer_touches_write (self.touches, demo, error) &&
         dex_await (moked_store_write (demo->store, MOKED_PRIORITY_BULK, demo->business, finish_in_session, &self,
                                       NULL),
                    error);
}

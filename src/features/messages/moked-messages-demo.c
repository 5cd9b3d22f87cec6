/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "features/messages/moked-messages.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-time.h"
#include "features/customers/moked-customer-service.h"
#include "features/messages/moked-demo-dialogues.h"
#include "features/messages/moked-message-service.h"
#include "features/moked-demo-scene.h"
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
  char       *id;
  char       *name;
  char       *phone;
  char       *city;
  char       *tags;
  char       *owner_id;
  gint64      created_at;
} Person;

typedef struct
{
  MokedDemo       *demo;
  MokedDemoWriter *writer;
  GPtrArray       *people;
  GHashTable      *agents;  /* id → name */
  GPtrArray       *touches; /* Touch */
  char            *queued_id;
  char            *queued_conversation;
} Maker;

typedef struct
{
  char  *customer_id;
  gint64 at;
  char  *what;
} Touch;

/* One conversation that is being made. */
typedef struct
{
  Maker             *maker;
  Person            *person;
  MokedConversation *conversation;
  MokedDemoScene     scene;
  GPtrArray         *messages;
  gint64             at;
  guint64            used; /* dialogues */
} Talk;

static void
person_free (gpointer data)
{
  Person *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->phone);
  g_free (self->city);
  g_free (self->tags);
  g_free (self->owner_id);
  g_free (self);
}

static void
touch_free (gpointer data)
{
  Touch *self = data;

  g_free (self->customer_id);
  g_free (self->what);
  g_free (self);
}

static void
maker_clear (Maker *self)
{
  g_clear_pointer (&self->writer, moked_demo_writer_free);
  g_ptr_array_unref (self->people);
  g_ptr_array_unref (self->touches);
  g_hash_table_unref (self->agents);
  g_free (self->queued_id);
  g_free (self->queued_conversation);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Maker, maker_clear)

/* Reading who there is */

static gint64
sample_step (MokedDemo *demo)
{
  return demo->n_customers <= MANY ? 1 : demo->n_customers / (MANY + demo->n_customers / 50);
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
      Person *person = g_new0 (Person, 1);

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

/* Making a conversation */

static gboolean
fits (const MokedDemoDialogue *dialogue,
      Person                  *person)
{
  return dialogue->tag == NULL || moked_set_contains (person->tags, dialogue->tag);
}

static const MokedDemoDialogue *
pick_dialogue (Talk    *talk,
               gboolean specific)
{
  MokedDemo *demo = talk->maker->demo;
  guint fitting[64];
  guint n = 0, picked;

  g_assert (moked_demo_n_dialogues <= G_N_ELEMENTS (fitting));
  for (guint i = 0; i < moked_demo_n_dialogues; i++)
    if ((talk->used & (G_GUINT64_CONSTANT (1) << i)) == 0 && fits (&moked_demo_dialogues[i], talk->person) &&
        (!specific || moked_demo_dialogues[i].tag != NULL))
      fitting[n++] = i;
  picked = fitting[g_rand_int_range (demo->rand, 0, (gint32) n)];
  talk->used |= G_GUINT64_CONSTANT (1) << picked;
  return &moked_demo_dialogues[picked];
}

static char *
dup_media_of (MokedMessageKind kind)
{
  static const char *const types[] = {
    [MOKED_MESSAGE_IMAGE] = "image/jpeg",
    [MOKED_MESSAGE_AUDIO] = "audio/ogg",
    [MOKED_MESSAGE_DOCUMENT] = "application/pdf",
    [MOKED_MESSAGE_LOCATION] = "application/geo",
    [MOKED_MESSAGE_CONTACT] = "text/vcard",
  };

  return g_strdup_printf ("[{\"type\":\"%s\"}]", types[kind]);
}

static void
set_text (MokedMessage   *message,
          MokedDemoScene *scene,
          const char     *text)
{
  g_autofree char *kind = NULL;
  int value;

  if (*text == ':')
    {
      kind = g_strndup (text + 1, strcspn (text + 1, ":"));
      text += strlen (kind) + 2;
      if (moked_enum_parse_nick (moked_message_kinds, kind, &value))
        {
          message->kind = value;
          message->media = dup_media_of (value);
        }
    }
  if (*text != '\0')
    message->body = moked_demo_scene_expand (scene, text);
}

static MokedDelivery
pick_delivery (MokedDemo *demo)
{
  int at = g_rand_int_range (demo->rand, 0, 100);

  return at < 78 ? MOKED_DELIVERY_READ : at < 96 ? MOKED_DELIVERY_DELIVERED : MOKED_DELIVERY_SENT;
}

/* People do not write to each other at night: the moment, or the next morning. */
static gint64
by_day (gint64 at)
{
  g_autoptr (GDateTime) local = moked_time_to_local (at);
  int hour = g_date_time_get_hour (local);

  if (hour >= 8 && hour < 21)
    return at;
  return at + ((hour < 8 ? 8 : 32) - hour) * G_TIME_SPAN_HOUR;
}

static void
add_line (Talk       *talk,
          const char *line)
{
  MokedDemo *demo = talk->maker->demo;
  MokedMessage *message;

  if (*line == '+')
    {
      talk->at = by_day (talk->at + g_ascii_strtoll (line + 1, NULL, 10) * G_TIME_SPAN_HOUR);
      return;
    }
  talk->at += g_rand_int_range (demo->rand, 20, 900) * G_TIME_SPAN_SECOND;
  message = MOKED_MESSAGE (moked_entity_new (&moked_message_info, ""));
  moked_entity_set_created_at (message, talk->at);
  message->direction = *line == '<' ? MOKED_DIRECTION_IN : MOKED_DIRECTION_OUT;
  message->state = *line == '<' ? MOKED_DELIVERY_RECEIVED : pick_delivery (demo);
  set_text (message, &talk->scene, line + 1);
  g_ptr_array_add (talk->messages, message);
}

/* Where a dialogue stops that nobody has answered yet: after a question, if the other side asks one. */
static guint
unanswered_end (GStrv lines)
{
  guint last = 0, question = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] == '<')
      {
        last = i + 1;
        if (strchr (lines[i], '?') != NULL)
          question = i + 1;
      }
  return question > 0 ? question : last;
}

static void
add_dialogue (Talk    *talk,
              gboolean unanswered)
{
  g_auto (GStrv) lines = g_strsplit (pick_dialogue (talk, unanswered)->lines, "\n", -1);
  guint end = unanswered ? unanswered_end (lines) : g_strv_length (lines);

  for (guint i = 0; i < end; i++)
    add_line (talk, lines[i]);
}

/* The messages from @first on were given times from any start: they end at @end. */
static void
move_to_end (Talk  *talk,
             guint  first,
             gint64 end)
{
  gint64 shift = end - talk->at;

  for (guint i = first; i < talk->messages->len; i++)
    {
      gpointer message = g_ptr_array_index (talk->messages, i);

      moked_entity_set_created_at (message, moked_entity_get_created_at (message) + shift);
    }
  talk->at = end;
}

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

static void
finish_conversation (Talk *talk)
{
  MokedConversation *conversation = talk->conversation;
  MokedMessage *last = g_ptr_array_index (talk->messages, talk->messages->len - 1);

  for (guint i = 0; i < talk->messages->len; i++)
    {
      MokedMessage *message = g_ptr_array_index (talk->messages, i);

      if (message->direction == MOKED_DIRECTION_IN)
        conversation->last_incoming_at = moked_entity_get_created_at (message);
    }
  conversation->last_message_at = moked_entity_get_created_at (last);
  conversation->last_direction = last->direction;
  conversation->last_kind = last->kind;
  conversation->preview = moked_message_dup_preview (last);
}

/* Messages are given their ids at the end, when their times are known. */
static MokedMessage *
with_id (Talk         *talk,
         MokedMessage *message)
{
  MokedDemo *demo = talk->maker->demo;
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
write_talk (Talk    *talk,
            GError **error)
{
  Maker *maker = talk->maker;
  Touch *touch = g_new0 (Touch, 1);

  touch->customer_id = g_strdup (talk->person->id);
  touch->at = talk->conversation->last_message_at;
  touch->what = g_strdup (talk->conversation->preview);
  g_ptr_array_add (maker->touches, touch);
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

static void
talk_clear (Talk *self)
{
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  moked_demo_scene_clear (&self->scene);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

static void
talk_init (Talk   *self,
           Maker  *maker,
           Person *person,
           gint64  began_at)
{
  g_autofree char *id = moked_demo_dup_id (maker->demo, began_at);
  const char *agent = g_hash_table_lookup (maker->agents, person->owner_id);

  *self = (Talk) { maker, person, MOKED_CONVERSATION (moked_entity_new (&moked_conversation_info, id)) };
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->at = began_at;
  moked_demo_scene_init (&self->scene, maker->demo, person->name, agent, moked_demo_find_place (person->city));
  moked_entity_set_created_at (self->conversation, began_at);
  g_set_str (&self->conversation->customer_id, person->id);
  g_set_str (&self->conversation->address, person->phone);
  g_set_str (&self->conversation->assignee_id, person->owner_id);
  self->conversation->channel = moked_demo_chance (maker->demo, 91) ? MOKED_CHANNEL_WHATSAPP : MOKED_CHANNEL_SMS;
}

/* Of what is still to come nothing was said. */
static void
drop_after (Talk  *talk,
            gint64 latest)
{
  while (talk->messages->len > 1 &&
         moked_entity_get_created_at (g_ptr_array_index (talk->messages, talk->messages->len - 1)) > latest)
    g_ptr_array_set_size (talk->messages, (int) talk->messages->len - 1);
}

static gboolean
make_past (Maker   *maker,
           Person  *person,
           GError **error)
{
  MokedDemo *demo = maker->demo;
  gint64 latest = demo->now - 26 * G_TIME_SPAN_HOUR;
  gint64 began_at = person->created_at + g_rand_int_range (demo->rand, 1, 90) * G_TIME_SPAN_MINUTE;
  guint n = (guint) g_rand_int_range (demo->rand, 1, 4);
  g_auto (Talk) talk = { NULL };

  if (began_at >= latest)
    return TRUE;
  talk_init (&talk, maker, person, began_at);
  for (guint i = 0; i < n && talk.at < latest; i++)
    {
      add_dialogue (&talk, FALSE);
      talk.at = by_day (talk.at + g_rand_int_range (demo->rand, 48, 1100) * G_TIME_SPAN_HOUR);
    }
  drop_after (&talk, latest);
  talk.conversation->state = pick_state (demo, FALSE);
  finish_conversation (&talk);
  return write_talk (&talk, error);
}

/* The one that failed, and the one that goes in the morning. */
static void
add_special (Talk *talk,
             guint index)
{
  static const char failed[] = ">שלחתי גם את התכנית. מה דעתך, נקבע סיור?";
  static const char queued[] = ">בוקר טוב {first}, תזכורת לסיור מחר ב-{time}.";
  MokedMessage *last;

  if (index != FAILED_AT && index != QUEUED_AT)
    return;
  add_line (talk, index == FAILED_AT ? failed : queued);
  last = g_ptr_array_index (talk->messages, talk->messages->len - 1);
  last->state = index == FAILED_AT ? MOKED_DELIVERY_FAILED : MOKED_DELIVERY_QUEUED;
  if (index == FAILED_AT)
    g_set_str (&last->error, N_("The phone could not be reached. It may be off or out of service."));
}

static gboolean
make_today (Maker   *maker,
            Person  *person,
            guint    index,
            GError **error)
{
  MokedDemo *demo = maker->demo;
  gboolean answered = index % 3 == 2 || index == QUEUED_AT;
  gint64 ago = (gint64) (4 + index * index * 3 + (guint) g_rand_int_range (demo->rand, 0, 6)) * G_TIME_SPAN_MINUTE;
  g_auto (Talk) talk = { NULL };
  guint first;

  talk_init (&talk, maker, person, moked_demo_work_time (demo, 3 + index % 4));
  talk.conversation->channel = MOKED_CHANNEL_WHATSAPP;
  if (index % 2 == 0)
    add_dialogue (&talk, FALSE);
  drop_after (&talk, demo->now - G_TIME_SPAN_DAY);
  first = talk.messages->len;
  add_dialogue (&talk, !answered);
  add_special (&talk, index);
  move_to_end (&talk, first, demo->now - ago);
  talk.conversation->unread = answered ? 0 : count_unread (talk.messages);
  talk.conversation->state = pick_state (demo, TRUE);
  finish_conversation (&talk);
  return write_talk (&talk, error);
}

/* After the records */

static gboolean
touch_all (MokedSession *session,
           Maker        *self,
           GError      **error)
{
  for (guint i = 0; i < self->touches->len; i++)
    {
      Touch *touch = g_ptr_array_index (self->touches, i);

      if (!moked_customer_service_touch (session, touch->customer_id, touch->at, touch->what, &self->demo->actor,
                                         error))
        return FALSE;
    }
  return TRUE;
}

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

  if (!touch_all (session, data, &error) || !enqueue_special (session, data, &error))
    return dex_future_new_for_error (error);
  return dex_future_new_true ();
}

static gboolean
make_all (Maker   *self,
          GError **error)
{
  guint n = self->people->len;
  guint n_today = MIN (N_TODAY, n / 4);

  for (guint i = 0; i < n; i++)
    {
      Person *person = g_ptr_array_index (self->people, n - 1 - i);
      gboolean today = i % 5 == 1 && i / 5 < n_today;

      if (i % 500 == 0)
        self->demo->progress (self->demo, "messages", (double) i / n);
      if (today ? !make_today (self, person, i / 5, error)
                : moked_demo_chance (self->demo, WRITERS_PERCENT) && !make_past (self, person, error))
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
  self.touches = g_ptr_array_new_with_free_func (touch_free);
  self.agents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return dex_await (moked_store_read (demo->store, demo->business, read_all, &self, NULL), error) &&
         make_all (&self, error) &&
         dex_await (moked_store_write (demo->store, MOKED_PRIORITY_BULK, demo->business, finish_in_session, &self,
                                       NULL),
                    error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "features/messages/moked-demo-talk.h"

#include <string.h>

#include "base/moked-time.h"
#include "features/messages/moked-demo-dialogues.h"
#include "store/moked-entity-store.h"

/* One conversation of the demo office: dialogues with somebody, one after the other. */

static gboolean
fits (const MokedDemoDialogue *dialogue,
      MokedDemoPerson                  *person)
{
  return dialogue->tag == NULL || moked_set_contains (person->tags, dialogue->tag);
}

static const MokedDemoDialogue *
pick_dialogue (MokedDemoTalk    *talk,
               gboolean specific)
{
  MokedDemo *demo = talk->demo;
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

/* Nothing is said for so many hours. */
void
moked_demo_talk_wait (MokedDemoTalk *talk,
                      gint64         hours)
{
  talk->at = by_day (talk->at + hours * G_TIME_SPAN_HOUR);
}

void
moked_demo_talk_add_line (MokedDemoTalk       *talk,
                          const char *line)
{
  MokedDemo *demo = talk->demo;
  MokedMessage *message;

  if (*line == '+')
    {
      moked_demo_talk_wait (talk, g_ascii_strtoll (line + 1, NULL, 10));
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

void
moked_demo_talk_add_dialogue (MokedDemoTalk    *talk,
                              gboolean unanswered)
{
  g_auto (GStrv) lines = g_strsplit (pick_dialogue (talk, unanswered)->lines, "\n", -1);
  guint end = unanswered ? unanswered_end (lines) : g_strv_length (lines);

  for (guint i = 0; i < end; i++)
    moked_demo_talk_add_line (talk, lines[i]);
}

/* The messages from @first on were given times from any start: they end at @end. */
void
moked_demo_talk_move_to_end (MokedDemoTalk  *talk,
                             guint first,
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

void
moked_demo_talk_finish (MokedDemoTalk *talk)
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
void
moked_demo_talk_clear (MokedDemoTalk *self)
{
  g_clear_object (&self->conversation);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  moked_demo_scene_clear (&self->scene);
}

void
moked_demo_talk_init (MokedDemoTalk   *self,
                      MokedDemo       *demo,
                      MokedDemoPerson *person,
                      const char      *agent,
                      gint64           began_at)
{
  g_autofree char *id = moked_demo_dup_id (demo, began_at);

  *self = (MokedDemoTalk) { demo, person, MOKED_CONVERSATION (moked_entity_new (&moked_conversation_info, id)) };
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->at = began_at;
  moked_demo_scene_init (&self->scene, demo, person->name, agent, moked_demo_find_place (person->city));
  moked_entity_set_created_at (self->conversation, began_at);
  g_set_str (&self->conversation->customer_id, person->id);
  g_set_str (&self->conversation->address, person->phone);
  g_set_str (&self->conversation->assignee_id, person->owner_id);
  self->conversation->channel = moked_demo_chance (demo, 91) ? MOKED_CHANNEL_WHATSAPP : MOKED_CHANNEL_SMS;
}

/* Of what is still to come nothing was said. */
void
moked_demo_talk_drop_after (MokedDemoTalk  *talk,
                            gint64 latest)
{
  while (talk->messages->len > 1 &&
         moked_entity_get_created_at (g_ptr_array_index (talk->messages, talk->messages->len - 1)) > latest)
    g_ptr_array_set_size (talk->messages, (int) talk->messages->len - 1);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/messages/moked-conversation.h"
#include "features/messages/moked-message.h"
#include "features/moked-demo-scene.h"

G_BEGIN_DECLS

/* Somebody of the demo office who writes. */
typedef struct
{
  char       *id;
  char       *name;
  char       *phone;
  char       *city;
  char       *tags;
  char       *owner_id;
  gint64      created_at;
} MokedDemoPerson;

/* One conversation that is being made. */
typedef struct
{
  MokedDemo         *demo;
  MokedDemoPerson   *person;
  MokedConversation *conversation;
  MokedDemoScene     scene;
  GPtrArray         *messages;
  gint64             at;
  guint64            used; /* dialogues */
} MokedDemoTalk;

void moked_demo_talk_init         (MokedDemoTalk   *self,
                                   MokedDemo       *demo,
                                   MokedDemoPerson *person,
                                   const char      *agent,
                                   gint64           began_at);
void moked_demo_talk_clear        (MokedDemoTalk   *self);
void moked_demo_talk_wait         (MokedDemoTalk   *talk,
                                   gint64           hours);
void moked_demo_talk_add_line     (MokedDemoTalk   *talk,
                                   const char      *line);
void moked_demo_talk_add_dialogue (MokedDemoTalk   *talk,
                                   gboolean         unanswered);
void moked_demo_talk_move_to_end  (MokedDemoTalk   *talk,
                                   guint            first,
                                   gint64           end);
void moked_demo_talk_drop_after   (MokedDemoTalk   *talk,
                                   gint64           latest);
void moked_demo_talk_finish       (MokedDemoTalk   *talk);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedDemoTalk, moked_demo_talk_clear)

G_END_DECLS

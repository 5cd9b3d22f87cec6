/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "office.h"

G_BEGIN_DECLS

#define HISTORY_DESKS 3
#define HISTORY_MOST 20

/* An office, what people did in it, and what must be true of that at the end. It has HISTORY_DESKS desktops, seldom
 * HISTORY_MOST. Records are kept, free, or made by a command. Each field of a kept record is written by one desktop
 * alone, of the first ones, and none of them is deleted, so that every value that was not taken back must survive; with
 * free ones anybody does anything. */
typedef struct
{
  Office     office;
  Desk       desks[HISTORY_MOST];
  guint      n_desks;
  gboolean   same_user; /* works at the first two desktops */
  GRand     *rand;
  guint      counter;   /* makes every value another one */
  GPtrArray *under_way; /* DexFuture: exchanges */
  GPtrArray *kept;      /* ids */
  GPtrArray *free;      /* ids */
  GPtrArray *writes;    /* Write */
  gboolean   backed_up; /* the service has a copy of itself; nobody changes their mind any more */
  gboolean   restored;  /* the copy was put back */
} History;

History *history_new         (guint32  seed);
void     history_free        (History *self);
gboolean history_chance      (History *self,
                              int      percent);

/* In a fiber, as all that follows. */
void     history_open        (History *self);
void     history_close       (History *self);

void     history_create      (History *self,
                              Desk    *desk,
                              gboolean kept);
void     history_edit_own    (History *self,
                              Desk    *desk);
void     history_tag         (History *self,
                              Desk    *desk);
void     history_edit_free   (History *self,
                              Desk    *desk);
void     history_command     (History *self,
                              Desk    *desk,
                              gboolean refuse);
void     history_change_mind (History *self,
                              Desk    *desk);
gboolean history_answer      (History       *self,
                              Desk          *desk,
                              MokedMutation *mutation);
void     history_back_up     (History *self);
void     history_put_back    (History *self);
void     history_open_desk   (History *self,
                              guint    index);

/* What happens to the computers: see history-faults.c. */
void     history_watch         (History *self);
void     history_crash_desk    (History *self,
                                Desk    *desk);
void     history_crash_service (History *self);
void     history_damage_desk   (History *self,
                                Desk    *desk);
void     history_say_again     (History *self,
                                Desk    *desk);
void     history_pass_time     (History *self);
void     history_forget_deletions (History *self);

/* No exchange is under way any more. */
void     history_await       (History *self);

/* The service is there again, everything is sent, and what it refused is dropped. */
void     history_settle      (History *self);
void     history_check       (History *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (History, history_free)

/* Between the two files of it. */
typedef struct
{
  char    *mutation;
  char    *id;
  char    *field; /* NULL: the record itself was made, by a command where @stamp */
  char    *value;
  gboolean stamp;
  gboolean refused;
  gboolean unsure; /* taken back when it was perhaps on its way: the service knows what came of it */
} Write;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "office.h"

G_BEGIN_DECLS

#define SIGHT_DESKS 3

/* An office whose people see more or less of it as time goes by. Samples have owners; remarks and replies are parts of
 * samples. The first desktop's user always sees everything. */
typedef struct
{
  Office     office;
  Desk       desks[SIGHT_DESKS];
  gboolean   own[SIGHT_DESKS];  /* sees only what is theirs */
  gboolean   gone[SIGHT_DESKS]; /* does not work here at the moment */
  GRand     *rand;
  guint      counter; /* makes every text another one */
  GPtrArray *under_way;
  GPtrArray *samples; /* ids */
  GPtrArray *remarks; /* ids */
  GPtrArray *writes;  /* Text */
  gboolean   backed_up;
  gboolean   restored;
} SightHistory;

SightHistory *sight_history_new    (guint32       seed);
void          sight_history_free   (SightHistory *self);

/* In a fiber, as all that follows. */
void          sight_history_open   (SightHistory *self);
void          sight_history_step   (SightHistory *self);
void          sight_history_settle (SightHistory *self);
void          sight_history_check  (SightHistory *self);
void          sight_history_close  (SightHistory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SightHistory, sight_history_free)

/* Between the files of it: what somebody wrote. */
typedef struct
{
  Desk *desk;
  char *mutation;
  char *text;
} Text;

void          sight_history_set    (SightHistory *self,
                                    guint         desk,
                                    const char   *sees);

G_END_DECLS

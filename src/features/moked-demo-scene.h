/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "features/moked-demo-people.h"
#include "features/moked-demo.h"

G_BEGIN_DECLS

typedef struct _MokedDemoScene MokedDemoScene;

/**
 * MokedDemoScene:
 * @name: who the office talks with
 * @agent: who talks
 *
 * What the demo's texts about one person and one flat fill in.
 */
struct _MokedDemoScene
{
  MokedDemo            *demo;
  char                 *first;
  char                 *agent;
  gboolean              woman;
  gboolean              agent_woman;
  const MokedDemoPlace *place;
  const char           *area;
  const char           *street;
  guint                 house;
  guint                 half_rooms;
  guint                 floor;
  guint                 price;
  guint                 rent;
};

void  moked_demo_scene_init   (MokedDemoScene       *self,
                               MokedDemo            *demo,
                               const char           *name,
                               const char           *agent,
                               const MokedDemoPlace *place);
void  moked_demo_scene_clear  (MokedDemoScene       *self);
char *moked_demo_scene_expand (MokedDemoScene       *self,
                               const char           *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MokedDemoScene, moked_demo_scene_clear)

G_END_DECLS

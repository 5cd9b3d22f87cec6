/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _MokedDemoDialogue MokedDemoDialogue;

/**
 * MokedDemoDialogue:
 * @tag: (nullable): of the people who talk like this; %NULL for anybody
 * @lines: one line each: `<` from the person, `>` from the office, then maybe the kind of an attachment
 *   between colons (`:image:`), then the text for moked_demo_scene_expand(). A line `+N` lets N hours pass.
 */
struct _MokedDemoDialogue
{
  const char *tag;
  const char *lines;
};

extern const MokedDemoDialogue moked_demo_dialogues[];
extern const guint moked_demo_n_dialogues;

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-person-part.h"

G_BEGIN_DECLS

/* The calls on a person's timeline. */
extern const MokedPersonPart moked_call_timeline;

G_END_DECLS

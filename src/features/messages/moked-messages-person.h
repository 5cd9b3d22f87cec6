/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/moked-person-part.h"

G_BEGIN_DECLS

extern const MokedPersonPart moked_messages_person;

G_END_DECLS

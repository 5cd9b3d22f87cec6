/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _MokedField MokedField;
typedef struct _MokedEnumValue MokedEnumValue;

/**
 * MokedFieldKind:
 * @MOKED_FIELD_TEXT: `char *`, UTF-8; %NULL when unset
 * @MOKED_FIELD_INT: `gint64`
 * @MOKED_FIELD_BOOL: `gboolean`; `0` or `1` in the database, a boolean in JSON
 * @MOKED_FIELD_TIME: `gint64` microseconds since 1970 UTC; `0` when unset (`NULL`, `null` outside)
 * @MOKED_FIELD_ENUM: `int` of a table of [struct@EnumValue]; its nick outside
 * @MOKED_FIELD_REF: `char *`, the id of another record
 * @MOKED_FIELD_SET: `char *`, a set of short texts, sorted, one per line; a JSON array outside.
 *   Two people who each add a value both keep theirs.
 */
typedef enum
{
  MOKED_FIELD_TEXT,
  MOKED_FIELD_INT,
  MOKED_FIELD_BOOL,
  MOKED_FIELD_TIME,
  MOKED_FIELD_ENUM,
  MOKED_FIELD_REF,
  MOKED_FIELD_SET,
} MokedFieldKind;

/**
 * MokedFieldFlags:
 * @MOKED_FIELD_REQUIRED: must not be blank
 * @MOKED_FIELD_SERVICE: only the service writes it; a device's mutation may not
 * @MOKED_FIELD_DERIVED: computed from other fields; never travels and is not in the change log
 * @MOKED_FIELD_OWNER: a reference to the user whose record it is: who sees only what is theirs sees it, and what is
 *   nobody's
 * @MOKED_FIELD_PART_OF: a reference, called `KIND_id`, to the record that it is a part of: who sees that one sees it.
 *   That kind has a field with %MOKED_FIELD_OWNER: parts have no parts, so that one step always tells
 *
 * A kind of record has one field with %MOKED_FIELD_OWNER or %MOKED_FIELD_PART_OF, or everybody sees it.
 */
typedef enum
{
  MOKED_FIELD_NONE = 0,
  MOKED_FIELD_REQUIRED = 1 << 0,
  MOKED_FIELD_SERVICE = 1 << 1,
  MOKED_FIELD_DERIVED = 1 << 2,
  MOKED_FIELD_OWNER = 1 << 3,
  MOKED_FIELD_PART_OF = 1 << 4,
} MokedFieldFlags;

struct _MokedEnumValue
{
  int         value;
  const char *nick;
  const char *label;
};

struct _MokedField
{
  const char           *name;
  const char           *label;
  MokedFieldKind        kind;
  MokedFieldFlags       flags;
  gsize                 offset;
  gsize                 max_length;
  const MokedEnumValue *values;
};

#define MOKED_TEXT(T, member, label, max, flags) \
  { #member, label, MOKED_FIELD_TEXT, flags, G_STRUCT_OFFSET (T, member), max, NULL }
#define MOKED_INT(T, member, label, flags) \
  { #member, label, MOKED_FIELD_INT, flags, G_STRUCT_OFFSET (T, member), 0, NULL }
#define MOKED_BOOL(T, member, label, flags) \
  { #member, label, MOKED_FIELD_BOOL, flags, G_STRUCT_OFFSET (T, member), 0, NULL }
#define MOKED_TIME(T, member, label, flags) \
  { #member, label, MOKED_FIELD_TIME, flags, G_STRUCT_OFFSET (T, member), 0, NULL }
#define MOKED_ENUM(T, member, label, table, flags) \
  { #member, label, MOKED_FIELD_ENUM, flags, G_STRUCT_OFFSET (T, member), 0, table }
#define MOKED_REF(T, member, label, flags) \
  { #member, label, MOKED_FIELD_REF, flags, G_STRUCT_OFFSET (T, member), 64, NULL }
#define MOKED_SET(T, member, label, max, flags) \
  { #member, label, MOKED_FIELD_SET, flags, G_STRUCT_OFFSET (T, member), max, NULL }

const char *moked_enum_get_nick   (const MokedEnumValue *values,
                                   int                   value);
const char *moked_enum_get_label  (const MokedEnumValue *values,
                                   int                   value);
gboolean    moked_enum_parse_nick (const MokedEnumValue *values,
                                   const char           *nick,
                                   int                  *out_value);

char       *moked_set_normalize   (const char           *lines);
char       *moked_set_merge       (const char           *set,
                                   const char           *added,
                                   const char           *removed);
gboolean    moked_set_contains    (const char           *set,
                                   const char           *value);

G_END_DECLS

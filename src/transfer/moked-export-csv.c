/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "moked-config.h"

#include "transfer/moked-export-csv.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/moked-locale.h"
#include "base/moked-time.h"
#include "store/moked-entity-store.h"

/* For spreadsheets: RFC 4180 in UTF-8 with a byte order mark, which they know the encoding by. Words are Hebrew,
 * whatever the machine's language is: the office reads them. */

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define BLOCK (64 * 1024)

/* A spreadsheet computes what begins like this, and what it computes may have been sent by a stranger. The phone
 * numbers of the world begin with a plus and go on with digits: they are no formula. */
static gboolean
is_formula (const char *text)
{
  if (*text == '+' && text[1] != '\0' && strspn (text + 1, "0123456789") == strlen (text + 1))
    return FALSE;
  return *text != '\0' && strchr ("=+-@\t\r", *text) != NULL;
}

/**
 * moked_export_csv_append:
 * @line: what there is of the line
 * @text: (nullable): the next cell
 *
 * Adds a cell; the comma before it is the caller's.
 */
void
moked_export_csv_append (GString    *line,
                         const char *text)
{
  gboolean formula;

  if (text == NULL)
    return;
  formula = is_formula (text);
  if (!formula && strpbrk (text, "\",\r\n") == NULL)
    {
      g_string_append (line, text);
      return;
    }
  g_string_append_c (line, '"');
  if (formula)
    g_string_append_c (line, '\'');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

static char *
dup_time (gint64 usec)
{
  g_autoptr (GDateTime) time = usec != 0 ? moked_time_to_local (usec) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : NULL;
}

static char *
dup_set (const char *lines)
{
  g_auto (GStrv) values = lines != NULL ? g_strsplit (lines, "\n", -1) : NULL;

  return values != NULL ? g_strjoinv (", ", values) : NULL;
}

/* A word that is two things has the kind of record as its context. */
static const char *
translate (const MokedEntityInfo *info,
           const char            *label)
{
  const char *found = g_dpgettext2 (GETTEXT_PACKAGE, info->name, label);

  return found != label ? found : _ (label);
}

static char *
dup_cell (gpointer          record,
          const MokedField *field)
{
  g_autofree char *text = moked_entity_dup_field_text (record, field);

  const char *label;

  switch (field->kind)
    {
    case MOKED_FIELD_ENUM:
      label = moked_enum_get_label (field->values, (int) moked_entity_get_field_int (record, field));
      return g_strdup (translate (moked_entity_get_info (record), label));
    case MOKED_FIELD_BOOL:
      return g_strdup (moked_entity_get_field_int (record, field) != 0 ? C_("a yes or no in a table", "yes")
                                                                       : C_("a yes or no in a table", "no"));
    case MOKED_FIELD_TIME:
      return dup_time (moked_entity_get_field_int (record, field));
    case MOKED_FIELD_SET:
      return dup_set (text);
    case MOKED_FIELD_TEXT:
    case MOKED_FIELD_INT:
    case MOKED_FIELD_REF:
    default:
      return g_steal_pointer (&text);
    }
}

static gboolean
is_column (const MokedField *field)
{
  return !(field->flags & MOKED_FIELD_DERIVED);
}

static void
append_cell (GString    *line,
             const char *text,
             const MokedField *field)
{
  g_string_append_c (line, ',');
  /* A number below zero is a number. */
  if (field != NULL && field->kind == MOKED_FIELD_INT)
    g_string_append (line, text != NULL ? text : "");
  else
    moked_export_csv_append (line, text);
}

static void
append_header (GString               *line,
               const MokedEntityInfo *info)
{
  g_string_append (line, BYTE_ORDER_MARK);
  moked_export_csv_append (line, C_("column of a table", "ID"));
  append_cell (line, C_("column of a table", "Created"), NULL);
  for (guint i = 0; i < info->n_fields; i++)
    if (is_column (&info->fields[i]))
      append_cell (line, info->fields[i].label != NULL ? translate (info, info->fields[i].label)
                                                        : info->fields[i].name, NULL);
  g_string_append (line, "\r\n");
}

static void
append_record (GString  *line,
               gpointer  record)
{
  const MokedEntityInfo *info = moked_entity_get_info (record);
  g_autofree char *created = dup_time (moked_entity_get_created_at (record));

  moked_export_csv_append (line, moked_entity_get_id (record));
  append_cell (line, created, NULL);
  for (guint i = 0; i < info->n_fields; i++)
    {
      g_autofree char *cell = is_column (&info->fields[i]) ? dup_cell (record, &info->fields[i]) : NULL;

      if (is_column (&info->fields[i]))
        append_cell (line, cell, &info->fields[i]);
    }
  g_string_append (line, "\r\n");
}

static gboolean
flush (MokedExportWriter *writer,
       GString           *text,
       gsize              least,
       GError           **error)
{
  if (text->len < least)
    return TRUE;
  if (!moked_export_writer_write (writer, text->str, text->len, error))
    return FALSE;
  g_string_truncate (text, 0);
  return TRUE;
}

static gboolean
write_records (MokedExportWriter     *writer,
               MokedSession          *session,
               const MokedEntityInfo *info,
               gint64                *out_rows,
               GError               **error)
{
  g_autofree char *columns = moked_entity_store_dup_columns (info, NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT %s FROM %s WHERE deleted_at IS NULL ORDER BY business_id, id",
                                          columns, info->name);
  g_autoptr (MokedCursor) cursor = moked_session_query (session, error, sql, "");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;

  if (cursor == NULL)
    return FALSE;
  append_header (text, info);
  for (*out_rows = 0; moked_cursor_next (cursor, &local_error); (*out_rows)++)
    {
      g_autoptr (MokedEntity) record = moked_entity_store_read (info, cursor, 0);

      append_record (text, record);
      if (!flush (writer, text, BLOCK, error))
        return FALSE;
    }
  if (local_error == NULL)
    return flush (writer, text, 1, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * moked_export_csv_add:
 * @writer: gets a member `csv/NAME.csv`
 * @session: a session without a business
 * @info: which kind of record
 * @out_rows: how many there are
 *
 * Writes all living records of a kind, with a line of headings.
 */
gboolean
moked_export_csv_add (MokedExportWriter     *writer,
                      MokedSession          *session,
                      const MokedEntityInfo *info,
                      gint64                *out_rows,
                      GError               **error)
{
  g_autofree char *name = g_strdup_printf ("csv/%s.csv", info->name);
  locale_t before = moked_locale_enter_hebrew ();
  gboolean written = moked_export_writer_begin (writer, name, error) &&
                     write_records (writer, session, info, out_rows, error) &&
                     moked_export_writer_end (writer, error);

  moked_locale_leave (before);
  return written;
}

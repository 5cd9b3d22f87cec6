/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/moked-file-name.h"

#include <gio/gio.h>
#include <string.h>

#include "base/moked-text.h"

/* Kinds of content that a desktop runs rather than shows. */
static const char *const program_types[] = {
  "application/x-executable",
  "application/x-sharedlib",
  "application/x-pie-executable",
  "application/x-desktop",
  "application/x-shellscript",
  "application/x-msdownload",
  "application/x-msi",
  "application/x-ms-shortcut",
  "application/x-dosexec",
  "application/vnd.microsoft.portable-executable",
  "application/vnd.appimage",
  "application/x-iso9660-appimage",
  "application/vnd.flatpak",
  "application/vnd.flatpak.ref",
  "application/vnd.flatpak.repo",
  "application/vnd.snap",
  "application/vnd.debian.binary-package",
  "application/x-rpm",
  "application/x-java-archive",
  "application/java-archive",
  "text/x-python",
  "text/x-python3",
  "application/x-perl",
  "application/x-ruby",
  "application/javascript",
  "text/javascript",
};

/* And the names by which a program takes a file for one, whatever is in it. */
static const char *const program_endings[] = {
  ".appimage", ".bat", ".bin", ".cmd", ".com", ".cpl", ".deb", ".desktop", ".exe", ".flatpak", ".flatpakref",
  ".hta", ".jar", ".js", ".jse", ".lnk", ".msc", ".msi", ".pif", ".pl", ".ps1", ".py", ".rb", ".reg", ".rpm",
  ".run", ".scr", ".sh", ".snap", ".url", ".vbe", ".vbs", ".wsf",
};

/* Keeps the ending, by which people and programs know what a file is. */
static char *
shorten (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *ending = dot != NULL && dot != name && strlen (dot) <= 16 ? dot : "";
  gsize room = MOKED_FILE_NAME_MAX - strlen (ending);
  const char *end = name + room;

  while (end > name && (*end & 0xC0) == 0x80)
    end--;
  return g_strdup_printf ("%.*s%s", (int) (end - name), name, ending);
}

/**
 * moked_file_name_clean:
 * @name: what a file is called somewhere; any bytes
 *
 * Makes a name that can be shown and given to a file: no folders, no controls and no marks of direction (which can make
 * `exe.pdf` out of a program), not hidden, at most %MOKED_FILE_NAME_MAX bytes with its ending kept.
 *
 * Returns: (transfer full): a name; `file` when nothing is left of it
 */
char *
moked_file_name_clean (const char *name)
{
  g_autofree char *clean = NULL;
  char *start;

  g_return_val_if_fail (name != NULL, NULL);

  clean = moked_text_strip_controls (name);
  g_strdelimit (clean, "/\\\n\t", ' ');
  start = g_strstrip (clean);
  while (*start == '.' || *start == ' ')
    start++;
  if (*start == '\0')
    return g_strdup ("file");
  return strlen (start) > MOKED_FILE_NAME_MAX ? shorten (start) : g_strdup (start);
}

/**
 * moked_file_name_is_clean:
 * @name: (nullable): from a record
 *
 * Returns: whether moked_file_name_clean() would leave it as it is
 */
gboolean
moked_file_name_is_clean (const char *name)
{
  g_autofree char *clean = name != NULL ? moked_file_name_clean (name) : NULL;

  return g_strcmp0 (clean, name) == 0 && name != NULL;
}

/**
 * moked_file_name_is_program:
 * @name: a clean name
 * @media_type: (nullable): what its content was found to be
 *
 * Returns: whether opening the file could run it; it may be saved, never opened from here
 */
gboolean
moked_file_name_is_program (const char *name,
                            const char *media_type)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (program_endings); i++)
    if (g_str_has_suffix (lower, program_endings[i]))
      return TRUE;
  for (guint i = 0; media_type != NULL && i < G_N_ELEMENTS (program_types); i++)
    if (g_content_type_is_a (media_type, program_types[i]))
      return TRUE;
  return FALSE;
}

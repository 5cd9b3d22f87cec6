/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "files/moked-file-name.h"

static void
test_clean (void)
{
  static const struct
  {
    const char *given;
    const char *clean;
  } cases[] = {
    { "חוזה.pdf", "חוזה.pdf" },
    { "  a b.txt ", "a b.txt" },
    { "../../etc/passwd", "etc passwd" },
    { "..\\..\\boot.ini", "boot.ini" },
    { "..", "file" },
    { "/", "file" },
    { "", "file" },
    { "\n\t ", "file" },
    { ".bashrc", "bashrc" },
    { "photo\u202egnp.exe", "photognp.exe" },
    { "a\u200fb\u2066c\u200b.pdf", "abc.pdf" },
    { "line\nbreak.pdf", "line break.pdf" },
    { "bell\x07.pdf", "bell.pdf" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = moked_file_name_clean (cases[i].given);

      g_assert_cmpstr (clean, ==, cases[i].clean);
      g_assert_true (moked_file_name_is_clean (clean));
      g_assert_cmpint (moked_file_name_is_clean (cases[i].given), ==, g_str_equal (cases[i].given, clean));
    }
  g_assert_false (moked_file_name_is_clean (NULL));
}

static void
test_bytes (void)
{
  g_autofree char *clean = moked_file_name_clean ("\xff\xfe name.pdf");

  g_assert_true (g_utf8_validate (clean, -1, NULL));
  g_assert_true (g_str_has_suffix (clean, "name.pdf"));
}

static void
test_length (void)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *clean = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (name, "א");
  g_string_append (name, ".docx");
  clean = moked_file_name_clean (name->str);
  g_assert_cmpuint (strlen (clean), <=, MOKED_FILE_NAME_MAX);
  g_assert_cmpuint (strlen (clean), >, MOKED_FILE_NAME_MAX - 4);
  g_assert_true (g_utf8_validate (clean, -1, NULL));
  g_assert_true (g_str_has_suffix (clean, "א.docx"));
  g_assert_true (moked_file_name_is_clean (clean));
}

static void
test_programs (void)
{
  static const char *const programs[] = {
    "setup.exe", "SETUP.EXE", "run.desktop", "a.sh", "invoice.pdf.js", "x.AppImage",
  };
  static const char *const documents[] = {
    "a.pdf", "a.docx", "exe", "photo.jpg", "sheet.xlsx", "notes.txt", "mail.eml",
  };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    g_assert_true (moked_file_name_is_program (programs[i], "text/plain"));
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    g_assert_false (moked_file_name_is_program (documents[i], "application/pdf"));
  g_assert_true (moked_file_name_is_program ("invoice.pdf", "application/x-executable"));
  g_assert_true (moked_file_name_is_program ("invoice.pdf", "application/x-desktop"));
  g_assert_false (moked_file_name_is_program ("invoice.pdf", NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/file-name/clean", test_clean);
  g_test_add_func ("/file-name/bytes", test_bytes);
  g_test_add_func ("/file-name/length", test_length);
  g_test_add_func ("/file-name/programs", test_programs);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Each case runs in a process of its own with the environment of a machine that knows no Hebrew: the locale
 * of a process is set once. The build's own compiled locale and catalogue stand for the installed ones. */

#include "base/moked-locale.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>

#include "moked-config.h"

static void
in_a_bare_machine (const char *language_variable,
                   const char *locale_dir)
{
  g_auto (GStrv) envp = g_get_environ ();

  for (guint i = 0; envp[i] != NULL;)
    {
      g_auto (GStrv) pair = g_strsplit (envp[i], "=", 2);

      if (g_str_has_prefix (pair[0], "LC_") || g_str_equal (pair[0], "LOCPATH"))
        envp = g_environ_unsetenv (envp, pair[0]);
      else
        i++;
    }
  envp = g_environ_setenv (envp, "LANG", "C.UTF-8", TRUE);
  envp = g_environ_setenv (envp, "LANGUAGE", language_variable, TRUE);
  if (locale_dir != NULL)
    envp = g_environ_setenv (envp, "MOKED_LOCALE_DIR", locale_dir, TRUE);

  g_test_trap_subprocess_with_envp (NULL, (const char *const *) envp, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
test_hebrew (void)
{
  if (!g_test_subprocess ())
    {
      in_a_bare_machine ("de:en", NULL);
      return;
    }

  g_assert_null (setlocale (LC_ALL, "he_IL.UTF-8"));
  moked_locale_init ("he");

  g_assert_cmpstr (setlocale (LC_ALL, NULL), ==, "he_IL.UTF-8");
  g_assert_true (moked_locale_is_rtl ());
  g_assert_cmpstr (gettext ("Close the window"), ==, "סגירת החלון");
  g_assert_cmpstr (nl_langinfo (DAY_1), ==, "ראשון");
  g_assert_cmpint (*nl_langinfo (_NL_TIME_FIRST_WEEKDAY), ==, 1);
  g_assert_cmpstr (nl_langinfo (RADIXCHAR), ==, ".");

  /* What GTK does when it starts changes nothing */
  g_assert_cmpstr (setlocale (LC_ALL, ""), ==, "he_IL.UTF-8");
}

static void
test_collation (void)
{
  static const char *const sorted[] = {
    "10", "9", "א", "ב ב", "בב", "גג", "דוד", "כהן", "כלב", "מלך", "מלכה", "תמר", "abc", "Abc", "zebra",
  };

  if (!g_test_subprocess ())
    {
      in_a_bare_machine ("", NULL);
      return;
    }

  moked_locale_init ("he");
  for (guint i = 1; i < G_N_ELEMENTS (sorted); i++)
    g_assert_cmpint (strcoll (sorted[i - 1], sorted[i]), <, 0);

  /* Niqqud and gershayim do not count, but two texts are never the same text */
  g_assert_cmpint (strcoll ("דָּוִד", "דודא"), <, 0);
  g_assert_cmpint (strcoll ("דָּוִד", "דבורה"), >, 0);
  g_assert_cmpint (strcoll ("בע״מ", "בעמק"), <, 0);
}

static void
test_hebrew_without_its_locale (void)
{
  if (!g_test_subprocess ())
    {
      in_a_bare_machine ("", "/nonexistent");
      return;
    }

  moked_locale_init ("he");
  g_assert_true (moked_locale_is_rtl ());
  g_assert_cmpstr (setlocale (LC_ALL, NULL), ==, "C.UTF-8");
  g_assert_null (g_getenv ("LOCPATH"));
}

static void
test_english (void)
{
  if (!g_test_subprocess ())
    {
      in_a_bare_machine ("he", NULL);
      return;
    }

  moked_locale_init ("en");
  g_assert_false (moked_locale_is_rtl ());
  g_assert_cmpstr (gettext ("Close"), ==, "Close");
  g_assert_null (g_getenv ("LOCPATH"));
}

static void
test_system (void)
{
  if (!g_test_subprocess ())
    {
      in_a_bare_machine ("", NULL);
      return;
    }

  moked_locale_init ("system");
  g_assert_false (moked_locale_is_rtl ());
  g_assert_null (g_getenv ("LC_ALL"));
  g_assert_cmpstr (gettext ("Close"), ==, "Close");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/locale/hebrew", test_hebrew);
  g_test_add_func ("/locale/collation", test_collation);
  g_test_add_func ("/locale/hebrew-without-its-locale", test_hebrew_without_its_locale);
  g_test_add_func ("/locale/english", test_english);
  g_test_add_func ("/locale/system", test_system);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <string.h>

#include "fuzz.h"

/* Runs a fuzz driver without a fuzzer: on each file of its corpus, and on a few hundred mutations of
 * it, always the same ones. */

#define N_MUTATIONS 400

static const char *const pieces[] = {
  "%",
  "%0",
  "%00",
  "%zz",
  "%ff",
  "&",
  "&&",
  "=",
  "+",
  "\xD7",
  "\xFF\xFE",
  "{",
  "[",
  "\"",
  "\\u0000",
  "\\ud800",
  "null",
  "1e999",
  "-",
  "\u202E",
  "\u05B8",
  "״",
  "(0)",
  "+972",
  "00",
  "Z",
  "\n",
  "'",
  "\xE2\x80",
  "😀",
};

static void
mutate (GByteArray *input, GRand *rand)
{
  guint at = (guint) g_rand_int_range (rand, 0, (gint32) input->len + 1);
  const char *piece = pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))];
  g_autoptr (GByteArray) tail = g_byte_array_new ();

  switch (g_rand_int_range (rand, 0, 4))
    {
    case 0:
      if (at < input->len)
        input->data[at] = (guint8) g_rand_int_range (rand, 0, 256);
      break;
    case 1:
      g_byte_array_set_size (input, at);
      break;
    case 2:
      g_byte_array_append (tail, input->data + at, input->len - at);
      g_byte_array_set_size (input, at);
      g_byte_array_append (input, (const guint8 *) piece, strlen (piece));
      g_byte_array_append (input, tail->data, tail->len);
      break;
    default:
      g_byte_array_append (tail, input->data, at);
      g_byte_array_append (input, tail->data, tail->len);
      break;
    }
}

/* In a block of its own size, so that a sanitizer sees one byte too far. */
static void
run_once (const GByteArray *input)
{
  g_autofree guint8 *copy = g_memdup2 (input->data, input->len);

  LLVMFuzzerTestOneInput (copy != NULL ? copy : (const guint8 *) "", input->len);
}

static void
test_seed (gconstpointer data)
{
  const char *path = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_str_hash (path + strlen (g_getenv ("MOKED_TEST_CORPUS"))));
  g_autofree char *seed = NULL;
  gsize length;

  g_file_get_contents (path, &seed, &length, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_MUTATIONS; i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();

      g_byte_array_append (input, (const guint8 *) seed, length);
      for (guint n = 0; n < i % 8; n++)
        mutate (input, rand);
      run_once (input);
    }
}

int
main (int argc, char *argv[])
{
  const char *folder = g_getenv ("MOKED_TEST_CORPUS");
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (folder);
  dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/corpus/", name, NULL);

      g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_seed, g_free);
    }
  return g_test_run ();
}

# SPDX-License-Identifier: GPL-3.0-or-later
# Reads apt's sources, .list and .sources, and prints "URI SUITE" for each Debian archive in them, with the
# host's release replaced: awk -v host=bookworm -v wanted=trixie -f mirrors.awk FILE…
# apt itself could tell, but only after an update.

function archive (uri, suite, components,    path, security) {
  path = uri
  sub (/^[a-z+]+:(\/\/[^\/]*)?/, "", path)
  security = sub (/[-\/](security|updates)$/, "", suite) ? (path ~ /security/ ? "-security" : "-updates") : ""
  if ((" " components " ") !~ / main / || path !~ /debian/ || security == "-updates")
    return
  if (suite == host || suite == wanted || suite ~ /^(old)?stable$|^testing$|^unstable$|^sid$/)
    print uri, wanted security
}

function stanza_ends (    i, j, uris, suites, n, m) {
  if ((" " field["types"] " ") ~ / deb / && tolower (field["enabled"]) !~ /no|false/) {
    n = split (field["uris"], uris)
    m = split (field["suites"], suites)
    for (i = 1; i <= n; i++)
      for (j = 1; j <= m; j++)
        archive(uris[i], suites[j], field["components"])
  }
  split ("", field)
}

FNR == 1 { stanza_ends() }
/^[[:space:]]*#/ { next }
FILENAME ~ /\.list$/ {
  sub (/\[[^]]*\]/, "")
  if ($1 == "deb") {
    uri = $2; suite = $3
    $1 = $2 = $3 = ""
    archive(uri, suite, $0)
  }
  next
}
/^[[:space:]]*$/ { stanza_ends(); next }
/^[[:space:]]/ { field[name] = field[name] " " $0; next }
{
  name = tolower (substr ($0, 1, index ($0, ":") - 1))
  field[name] = substr ($0, index ($0, ":") + 1)
}
END { stanza_ends() }

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who sees what, as docs/sync.md says: records change hands, and a user's rights change, at any moment of a desktop's
 * listing, pulling and pushing. Each record has an owner, the desktop's user or somebody else, and one part.
 *
 * Checked: when the desktop has caught up, it has exactly what its user may see: no row that may not be seen stays, and
 * none that may be seen is missing.
 *
 * Mistakes that must be found (-D…):
 *   PAGE_ANY   a page is given whatever the rights were when the listing began
 *   PULL_ANY   changes are given whatever the rights were when the copy was made
 *   PUSH_ANY   a push is answered whatever the rights were when the copy was made
 *   NO_PARTS   a record that comes into sight comes without its parts
 *   KEEP       the parts of a record that goes out of sight stay
 *   NO_REMOVE  of a record that goes out of sight nothing is said
 *   KEY_LATE   a listing counts as made with the rights of its end
 */

#define R 2            /* records, each with a part */
#ifndef CHANGES
#define CHANGES 3      /* of owners and parts */
#endif
#define PUSHES 1
#define MAX_LOG (CHANGES + PUSHES)
#ifndef RIGHTS
#define RIGHTS 2       /* changes of what the user sees */
#endif
#define BIT(r) (1 << (r))

#define FLIP 0         /* the owner became another */
#define PART 1         /* the part was changed */
#define ROOT 2         /* the record was changed otherwise */

/* The service */
bool own = false;      /* the user sees only what is theirs */
bool mine[R];
byte head = 0;
byte entity[MAX_LOG + 1];
byte kind[MAX_LOG + 1];
bool was_mine[MAX_LOG + 1];
bool done = false;

/* The desktop */
bool listed = false;
bool listing = false;
bool key;              /* of its copy */
bool load_key;
byte load_head;
byte load_next;
byte cursor;
byte roots = 0;
byte parts = 0;
byte pushes = 0;

#define SEES(r) (!own || mine[r])

inline write_log(r, what) {
  head++;
  entity[head] = r; kind[head] = what; was_mine[head] = mine[r]
}

active proctype Office() {
  byte changes = 0, rights = 0;
  do
  :: atomic { changes < CHANGES ->
       if :: write_log(0, FLIP); mine[0] = !mine[0] :: write_log(1, FLIP); mine[1] = !mine[1]
          :: write_log(0, PART) fi;
       changes++ }
  :: atomic { rights < RIGHTS -> own = !own; rights++ }
  :: atomic { changes == CHANGES -> done = true; break }
  od
}

inline look_back() {     /* at what decided about r since the cursor */
  was_hidden = false; seen = false;
  j = cursor + 1;
  do
  :: j <= head ->
     if
     :: entity[j] == r && kind[j] == FLIP ->
        if :: was_mine[j] -> seen = true :: !was_mine[j] && j <= until -> was_hidden = true :: else fi
     :: else -> skip
     fi;
     j++
  :: else -> break
  od
}

inline take_away(r) {
  roots = roots & ~BIT(r);
#ifndef KEEP
  parts = parts & ~BIT(r)
#endif
}

inline check_copy() {
  r = 0;
  do
  :: r < R -> assert(((roots & BIT(r)) != 0) == SEES(r)); assert(((parts & BIT(r)) != 0) == SEES(r)); r++
  :: else -> break
  od
}

active proctype Desktop() {
  byte r, i, j, until, add_roots, add_parts, remove;
  bool was_hidden, seen;

again:
  atomic { r = 0; i = 0; j = 0; until = 0; add_roots = 0; add_parts = 0; remove = 0; was_hidden = false; seen = false };
  do
  /* Listing: where the log stands, then a page for each record and each part. */
  :: atomic { !listed && !listing -> listing = true; load_key = own; load_head = head; load_next = 2 * R }
  :: atomic { !listed && listing && load_next > 0 ->
       if
#ifndef PAGE_ANY
       :: own != load_key -> listing = false
       :: own == load_key ->
#else
       :: true ->
#endif
          load_next--;
          r = load_next / 2;
          if
          :: load_next % 2 == 1 -> if :: SEES(r) -> roots = roots | BIT(r) :: else -> roots = roots & ~BIT(r) fi
          :: else -> if :: SEES(r) -> parts = parts | BIT(r) :: else -> parts = parts & ~BIT(r) fi
          fi
       fi;
       r = 0 }
  :: atomic { !listed && listing && load_next == 0 ->
       listed = true; listing = false; cursor = load_head;
#ifdef KEY_LATE
       key = own
#else
       key = load_key
#endif
     }

  /* Bringing: an answer is made at once and applied later. */
  :: atomic { listed && cursor < head ->
       if
#ifndef PULL_ANY
       :: own != key -> listed = false; goto again
       :: own == key ->
#else
       :: true ->
#endif
          until = cursor + 1;
          do :: until < head -> until++ :: break od;
          i = cursor + 1;
          do
          :: i <= until ->
             r = entity[i];
             if
             :: kind[i] == PART && SEES(r) -> add_parts = add_parts | BIT(r)
             :: kind[i] != PART && SEES(r) ->
                add_roots = add_roots | BIT(r);
                look_back();
#ifndef NO_PARTS
                if :: own && was_hidden -> add_parts = add_parts | BIT(r) :: else fi
#endif
             :: kind[i] != PART && !SEES(r) ->
                look_back();
#ifndef NO_REMOVE
                if :: seen -> remove = remove | BIT(r) :: else fi
#endif
             :: else -> skip
             fi;
             i++
          :: else -> break
          od
       fi };
     atomic {
       r = 0;
       do :: r < R -> if :: remove & BIT(r) -> take_away(r) :: else fi; r++ :: else -> break od;
       roots = roots | add_roots; parts = parts | add_parts; cursor = until };
     goto again

  /* Sending an edit of what it has; the answer is how the record stands. */
  :: atomic { listed && pushes < PUSHES && (roots & 1) ->
       pushes++;
       if
#ifndef PUSH_ANY
       :: own != key -> listed = false
       :: own == key && SEES(0) -> write_log(0, ROOT)
       :: own == key && !SEES(0) -> take_away(0)
#else
       :: SEES(0) -> write_log(0, ROOT)
       :: !SEES(0) -> take_away(0)
#endif
       fi }

  /* It has caught up: the service is asked once more, and has nothing to say. */
  :: atomic { done && listed && cursor == head ->
       if
#ifndef PULL_ANY
       :: own != key -> listed = false
       :: own == key -> check_copy(); break
#else
       :: true -> check_copy(); break
#endif
       fi }
  od
}

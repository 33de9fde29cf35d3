/* What the tokenizer makes of words in pieces, of what it does not know, and of what has no room. */
#include "tokenizer.h"
#include <stdio.h>
#include <string.h>

enum { ROOM = 64 };
static int failures;

/* `wanted` begins and ends with what the vocabulary calls [CLS] and [SEP]. */
static void expect(const tokenizer *t, const char *text, size_t room, const char *wanted) {
  int64_t ids[ROOM];
  char found[8 * ROOM] = "";
  size_t count = tokenizer_encode(t, text, ids, room), i;
  for (i = 0; i < count; ++i)
    sprintf(found + strlen(found), i ? " %d" : "%d", (int)ids[i]);
  if (strcmp(found, wanted) != 0) {
    fprintf(stderr, "\"%s\" gives %s instead of %s\n", text, found, wanted);
    ++failures;
  }
}

int main(int argc, char **argv) {
  tokenizer *t = tokenizer_open(argc > 1 ? argv[1] : "vocab.txt");
  char word[102];
  if (!t)
    return 2;
  expect(t, "", ROOM, "2 3");
  expect(t, " \t\r\n", ROOM, "2 3");
  expect(t, "Good FILM", ROOM, "2 72 47 3");
  expect(t, "unpleasant", ROOM, "2 71 78 3"); /* un ##pleasant */
  expect(t, "unpleasants, films!", ROOM, "2 71 78 62 5 47 62 6 3");
  expect(t, "pleasantz film", ROOM, "2 1 47 3"); /* one [UNK] for a word that can't be cut */
  expect(t, "caf\xc3\xa9 good", ROOM, "2 1 72 3");
  expect(t, "this film is not good", ROOM, "2 34 47 25 67 72 3"); /* as in first.c */
  expect(t, "good-bad", ROOM, "2 72 9 84 3");
  expect(t, "good good good", 4, "2 72 72 3");
  expect(t, "good", 2, "2 3");
  memset(word, 'a', sizeof word - 1); /* could be cut, but is too long */
  word[sizeof word - 1] = 0;
  expect(t, word, ROOM, "2 1 3");
  tokenizer_close(t);
  if (tokenizer_open("tokenizer_test.c") || tokenizer_open("/nowhere")) {
    fprintf(stderr, "what is no vocabulary was taken for one\n");
    ++failures;
  }
  return failures != 0;
}

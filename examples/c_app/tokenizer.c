/* The vocabulary is one block of text, with a table from hashes to the beginnings of its lines. */
#include "tokenizer.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_WORD = 100 }; /* longer ones are [UNK], as in BERT's tokenizer */

typedef struct entry {
  const char *text; /* null: free */
  int64_t id;
} entry;

struct tokenizer {
  char *text;
  entry *table;
  size_t slots; /* a power of two, at least twice the number of tokens */
  int64_t pad, unknown, begin, end;
};

/* FNV-1a of "##", if the piece continues a word, and its letters. */
static size_t hash(int continues, const char *letters, size_t length) {
  uint64_t h = 14695981039346656037u;
  size_t i;
  for (i = 0; i < (continues ? 2u : 0u); ++i)
    h = (h ^ '#') * 1099511628211u;
  for (i = 0; i < length; ++i)
    h = (h ^ (unsigned char)letters[i]) * 1099511628211u;
  return (size_t)(h ^ h >> 32);
}

static int is_token(const char *token, int continues, const char *letters, size_t length) {
  if (continues && strncmp(token, "##", 2) != 0)
    return 0;
  token += continues ? 2 : 0;
  return strncmp(token, letters, length) == 0 && token[length] == 0;
}

static entry *find(const tokenizer *t, int continues, const char *letters, size_t length) {
  size_t slot = hash(continues, letters, length) & (t->slots - 1);
  while (t->table[slot].text && !is_token(t->table[slot].text, continues, letters, length))
    slot = (slot + 1) & (t->slots - 1);
  return &t->table[slot];
}

static int64_t id_of(const tokenizer *t, int continues, const char *letters, size_t length) {
  const entry *found = find(t, continues, letters, length);
  return found->text ? found->id : -1;
}

static char *read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  long bytes = -1;
  if (file && fseek(file, 0, SEEK_END) == 0 && (bytes = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0)
    text = malloc((size_t)bytes + 1);
  if (text) {
    text[bytes] = 0;
    if (fread(text, 1, (size_t)bytes, file) != (size_t)bytes) {
      free(text);
      text = NULL;
    }
  }
  if (file)
    fclose(file);
  return text;
}

static int index_lines(tokenizer *t) {
  size_t lines = 1;
  int64_t id = 0;
  char *line;
  for (line = t->text; *line; ++line)
    lines += *line == '\n';
  for (t->slots = 16; t->slots < 2 * lines; t->slots *= 2)
    ;
  t->table = calloc(t->slots, sizeof *t->table);
  if (!t->table)
    return 0;
  for (line = t->text; *line; ++id) {
    size_t length = strcspn(line, "\r\n");
    char *next = line + length + strspn(line + length, "\r");
    entry *place;
    next += *next == '\n';
    line[length] = 0;
    place = find(t, 0, line, length);
    if (!place->text) {
      place->text = line;
      place->id = id;
    }
    line = next;
  }
  return 1;
}

tokenizer *tokenizer_open(const char *path) {
  tokenizer *t = calloc(1, sizeof *t);
  if (t && (t->text = read_file(path)) && index_lines(t)) {
    t->pad = id_of(t, 0, "[PAD]", 5);
    t->unknown = id_of(t, 0, "[UNK]", 5);
    t->begin = id_of(t, 0, "[CLS]", 5);
    t->end = id_of(t, 0, "[SEP]", 5);
    if (t->pad >= 0 && t->unknown >= 0 && t->begin >= 0 && t->end >= 0)
      return t;
  }
  tokenizer_close(t);
  return NULL;
}

void tokenizer_close(tokenizer *t) {
  if (!t)
    return;
  free(t->table);
  free(t->text);
  free(t);
}

int64_t tokenizer_padding(const tokenizer *t) { return t->pad; }

/* Cuts a word into the longest pieces that the vocabulary has, from left to right; one [UNK] where that fails. */
static size_t encode_word(const tokenizer *t, const char *word, size_t length, int64_t *ids) {
  size_t begin = 0, count = 0;
  while (begin < length) {
    size_t end = length;
    int64_t id = -1;
    while (end > begin && (id = id_of(t, begin > 0, word + begin, end - begin)) < 0)
      --end;
    if (id < 0 || length > LONGEST_WORD) {
      ids[0] = t->unknown;
      return 1;
    }
    ids[count++] = id;
    begin = end;
  }
  return count;
}

/* Words end at white space and at punctuation, which makes words of one character. */
static size_t word_length(const char *text) {
  size_t length = 0;
  if (ispunct((unsigned char)*text))
    return 1;
  while (text[length] && !isspace((unsigned char)text[length]) && !ispunct((unsigned char)text[length]))
    ++length;
  return length;
}

size_t tokenizer_encode(const tokenizer *t, const char *text, int64_t *ids, size_t room) {
  char word[LONGEST_WORD + 1];
  int64_t pieces[LONGEST_WORD];
  size_t count = 0;
  ids[count++] = t->begin;
  while (*(text += strspn(text, " \t\r\n\v\f"))) {
    size_t length = word_length(text), kept = length < sizeof word ? length : sizeof word, found, i;
    for (i = 0; i < kept; ++i)
      word[i] = (char)tolower((unsigned char)text[i]);
    found = encode_word(t, word, kept, pieces);
    for (i = 0; i < found && count + 1 < room; ++i)
      ids[count++] = pieces[i];
    text += length;
  }
  ids[count++] = t->end;
  return count;
}

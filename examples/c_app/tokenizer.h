/* WordPiece, as BERT's uncased models use it: text to the ids of a vocabulary file. Letters beyond ASCII are taken as
 * they are: accents stay, and Chinese is not split into characters. */
#ifndef TOKENIZER_H
#define TOKENIZER_H
#include <stddef.h>
#include <stdint.h>

typedef struct tokenizer tokenizer;

/* Reads a vocabulary, one token a line; the number of the line is the token's id. Null when the file can't be read,
 * there is no memory, or [PAD], [UNK], [CLS] or [SEP] is missing. */
tokenizer *tokenizer_open(const char *path);
void tokenizer_close(tokenizer *t);

/* Writes at most `room` ids (at least 2), [CLS] first and [SEP] last, and returns how many. What has no room is left
 * out. */
size_t tokenizer_encode(const tokenizer *t, const char *text, int64_t *ids, size_t room);

/* The id to fill rows with. */
int64_t tokenizer_padding(const tokenizer *t);

#endif

/* Says of each line of standard input whether it is kind or not: one run of the model for up to BATCH lines, the rows
 * filled up to the longest. C99 and the archive of the model are all it takes. */
#include "classifier.h"
#include "tokenizer.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 8, LONGEST = 128, LINE = 4096 };
static const char *const labels[] = {"negative", "positive"};

typedef struct batch {
  char lines[BATCH][LINE];
  int64_t rows[BATCH][LONGEST];
  size_t lengths[BATCH];
  size_t count, longest;
  int64_t ids[BATCH * LONGEST], mask[BATCH * LONGEST]; /* what the model reads: count rows of `longest` */
} batch;

static void read_batch(batch *b, FILE *file, const tokenizer *words) {
  b->count = b->longest = 0;
  while (b->count < BATCH && fgets(b->lines[b->count], LINE, file)) {
    char *line = b->lines[b->count];
    line[strcspn(line, "\r\n")] = 0;
    b->lengths[b->count] = tokenizer_encode(words, line, b->rows[b->count], LONGEST);
    if (b->lengths[b->count] > b->longest)
      b->longest = b->lengths[b->count];
    ++b->count;
  }
}

static void fill_rows(batch *b, int64_t padding) {
  size_t row, i;
  for (row = 0; row < b->count; ++row)
    for (i = 0; i < b->longest; ++i) {
      int is_word = i < b->lengths[row];
      b->ids[row * b->longest + i] = is_word ? b->rows[row][i] : padding;
      b->mask[row * b->longest + i] = is_word;
    }
}

/* The line, with the label of the larger logit and how much of softmax(logits) it has. */
static void print_answer(const float *logits, int64_t classes, const char *line) {
  int64_t best = 0, i;
  double sum = 0;
  for (i = 1; i < classes; ++i)
    best = logits[i] > logits[best] ? i : best;
  for (i = 0; i < classes; ++i)
    sum += exp((double)logits[i] - (double)logits[best]);
  if (best < 2)
    printf("%s %.3f  %s\n", labels[best], 1 / sum, line);
  else
    printf("class %d %.3f  %s\n", (int)best, 1 / sum, line);
}

// [run]
static llmc_status classify(classifier_session *session, const batch *b) {
  classifier_inputs inputs = {b->ids, b->mask};
  classifier_outputs outputs = {0};
  llmc_status status = classifier_run(session, &inputs, &outputs, (int64_t)b->count, (int64_t)b->longest);
  for (size_t row = 0; status == LLMC_OK && row < b->count; ++row) {
    int64_t classes = outputs.logits_dims[1];
    print_answer(outputs.logits + (int64_t)row * classes, classes, b->lines[row]);
  }
  return status;
}
// [run]

static llmc_status classify_lines(FILE *file, const tokenizer *words) {
  static batch b;
  classifier_session session;
  llmc_status status = classifier_open(&session, NULL, NULL);
  while (status == LLMC_OK && (read_batch(&b, file, words), b.count > 0)) {
    fill_rows(&b, tokenizer_padding(words));
    status = classify(&session, &b);
  }
  if (status != LLMC_OK)
    fprintf(stderr, "c_app: %s\n", classifier_message(&session));
  classifier_close(&session);
  return status;
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "vocab.txt";
  tokenizer *words = tokenizer_open(path);
  llmc_status status;
  if (!words) {
    fprintf(stderr,
            "c_app: %s can't be read, or is no vocabulary: one token a line, [PAD] [UNK] [CLS] [SEP] among them\n",
            path);
    return 2;
  }
  status = classify_lines(stdin, words);
  tokenizer_close(words);
  return status != LLMC_OK;
}

// Requests of many users, and how long each had to wait.
#ifndef CPP_APP_WORKLOAD_H
#define CPP_APP_WORKLOAD_H
#include "Session.h"
#include <vector>

struct Request {
  Tokens tokens;
  std::vector<float> answer; // what one user alone got
};

/// Sentences of many lengths, the same each time, without answers.
std::vector<Request> makeRequests(int64_t count);

struct Measured {
  std::vector<double> milliseconds; // of each request, in order of size
  double seconds = 0;               // for all of them
  int64_t wrong = 0;                // answers that differ in any bit from that of one user alone

  double percentile(double share) const;
};

/// One thread for each session takes the next request, until none is left.
Measured serve(std::vector<Session> &sessions, const std::vector<Request> &requests);

#endif

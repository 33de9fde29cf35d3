// Drawn for a width of 520 units, so that texts can still be read where the page is narrow.
#include "compiler/report/Plot.h"
#include "compiler/report/Escape.h"
#include "compiler/report/Texts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include <cmath>

namespace llmc::report {
namespace {

constexpr double kWidth = 520, kHeight = 300;
constexpr double kLeft = 66, kRight = 500, kTop = 34, kBottom = 252;

/// From a range of numbers to one of the drawing.
struct Scale {
  double least, most, from, to;

  double operator()(double value) const { return from + (value - least) / (most - least) * (to - from); }
};

std::string fixed(double value, int decimals) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.*f", decimals, value);
  return text;
}

class Plot {
public:
  Plot(const Curve &curve, llvm::raw_ostream &out) : curve(curve), out(out) {
    for (const Point &point : curve.tried)
      if (point.value)
        points.push_back(point);
    llvm::sort(points, [](const Point &a, const Point &b) {
      return std::tie(a.saved, a.floats) < std::tie(b.saved, b.floats);
    });
    y = {0, 1, kBottom, kTop};
    if (points.empty())
      return;
    double least = *points.front().value, most = least;
    for (const Point &point : points)
      least = std::min(least, *point.value), most = std::max(most, *point.value);
    if (curve.bound)
      least = std::min(least, *curve.bound), most = std::max(most, *curve.bound);
    double room = most > least ? (most - least) * 0.08 : std::max(std::fabs(most) * 0.01, 1e-6);
    y.least = least - room;
    y.most = most + room;
  }

  void draw() {
    out << "<svg class=\"plot\" viewBox=\"0 0 " << kWidth << ' ' << kHeight
        << "\" role=\"img\" aria-labelledby=\"plot-title plot-text\">\n<title id=\"plot-title\">"
        << escapeHtml(curve.metric) << " against what is saved</title>\n<desc id=\"plot-text\">"
        << escapeHtml(inWords()) << "</desc>\n";
    drawAxes();
    drawBound();
    drawFrontier();
    for (const Point &point : points)
      circle(point, "tried", 4);
    if (curve.chosen && curve.chosen->value)
      drawChosen(*curve.chosen);
    out << "</svg>\n";
  }

private:
  std::string inWords() const {
    std::string text = std::to_string(points.size()) + " mixtures of narrow layers and floats were run.";
    if (curve.chosen && curve.chosen->value)
      text += " The one that was taken saves " + percentText(curve.chosen->saved) + " of what could be saved, with a " +
              curve.metric + " of " + metricText(*curve.chosen->value) + ".";
    if (curve.bound)
      text += " The bound is " + numberText(*curve.bound) + ".";
    return text + " The table beside it has all of them.";
  }

  void line(double x1, double y1, double x2, double y2, const char *kind) {
    out << "<line class=\"" << kind << "\" x1=\"" << fixed(x1, 1) << "\" y1=\"" << fixed(y1, 1) << "\" x2=\""
        << fixed(x2, 1) << "\" y2=\"" << fixed(y2, 1) << "\"/>\n";
  }

  void text(double atX, double atY, const char *anchor, const std::string &what, const char *kind = "tick") {
    out << "<text class=\"" << kind << "\" x=\"" << fixed(atX, 1) << "\" y=\"" << fixed(atY, 1) << "\" text-anchor=\""
        << anchor << "\">" << escapeHtml(what) << "</text>\n";
  }

  void circle(const Point &point, const char *kind, double radius) {
    out << "<circle class=\"" << kind << "\" cx=\"" << fixed(x(point.saved), 1) << "\" cy=\""
        << fixed(y(*point.value), 1) << "\" r=\"" << fixed(radius, 1) << "\"><title>" << point.floats
        << " layers as floats, " << escapeHtml(percentText(point.saved)) << " saved, " << escapeHtml(curve.metric)
        << ' ' << metricText(*point.value) << "</title></circle>\n";
  }

  void drawAxes() {
    Ticks ticks = ticksBetween(y.least, y.most, 5);
    for (double at : ticks.at) {
      line(kLeft, y(at), kRight, y(at), "grid");
      text(kLeft - 8, y(at) + 4, "end", fixed(at, ticks.decimals));
    }
    for (int percent : {0, 25, 50, 75, 100})
      text(x(percent / 100.0), kBottom + 20, "middle", std::to_string(percent) + " %");
    line(kLeft, kBottom, kRight, kBottom, "axis");
    text((kLeft + kRight) / 2, kHeight - 8, "middle", "saved, of what all narrow layers save", "name");
    text(kLeft - 8, kTop - 16, "start", curve.metric, "name");
  }

  void drawBound() {
    if (!curve.bound)
      return;
    line(kLeft, y(*curve.bound), kRight, y(*curve.bound), "bound");
    // Points are more likely on the side of those that keep it.
    double side = curve.moreIsBetter && y(*curve.bound) + 20 < kBottom ? 15 : -7;
    text(kLeft + 6, y(*curve.bound) + side, "start", "bound " + numberText(*curve.bound), "bound-name");
  }

  /// Through the mixtures that no other beats in both.
  void drawFrontier() {
    std::vector<Point> best;
    for (const Point &point : llvm::reverse(points)) // those that save most first
      if (best.empty() || isBetter(*point.value, *best.back().value))
        best.push_back(point);
    out << "<polyline class=\"frontier\" points=\"";
    for (const Point &point : best)
      out << fixed(x(point.saved), 1) << ',' << fixed(y(*point.value), 1) << ' ';
    out << "\"/>\n";
  }

  bool isBetter(double a, double b) const { return curve.moreIsBetter ? a > b : a < b; }

  void drawChosen(const Point &point) {
    circle(point, "chosen", 7);
    bool isRight = x(point.saved) > (kLeft + kRight) / 2;
    text(x(point.saved) + (isRight ? -13 : 13), y(*point.value) + 4, isRight ? "end" : "start",
         "taken: " + metricText(*point.value), "chosen-name");
  }

  const Curve &curve;
  llvm::raw_ostream &out;
  std::vector<Point> points; // that have a value, by what they save
  Scale x = {0, 1, kLeft, kRight}, y;
};

} // namespace

Ticks ticksBetween(double least, double most, int count) {
  Ticks ticks;
  double rough = (most - least) / count;
  if (!(rough > 0) || !std::isfinite(rough))
    return ticks;
  double power = std::pow(10, std::floor(std::log10(rough)));
  double step = power * (rough > 5 * power ? 10 : rough > 2 * power ? 5 : rough > power ? 2 : 1);
  for (double number = std::ceil(least / step); number * step <= most; ++number)
    ticks.at.push_back(number * step);
  ticks.decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
  return ticks;
}

void writePlot(const Curve &curve, llvm::raw_ostream &stream) { Plot(curve, stream).draw(); }

} // namespace llmc::report

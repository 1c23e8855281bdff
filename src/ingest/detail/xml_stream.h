// XML from outside, element by element, by expat. No document type, no entities of its own; depth is limited.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct XML_ParserStruct;

namespace songtan::ingest::detail {

/// Attributes of the element just opened.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** list) : list_(list) {}
  /// By local name; nothing if absent.
  std::optional<std::string_view> find(std::string_view name) const;

 private:
  const char** list_;
};

struct XmlHandlers {
  std::function<void(std::string_view element, const XmlAttributes&)> open;
  std::function<void(std::string_view element)> close;
  std::function<void(std::string_view text)> text;
};

/// Names come without their prefixes.
class XmlStream {
 public:
  explicit XmlStream(XmlHandlers handlers);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  /// False when the text is not well-formed, has a document type or nests too deeply, or stop() was called.
  bool feed(std::string_view bytes);
  bool finish();
  void stop();
  bool stopped() const { return stopped_; }

 private:
  struct Calls;
  XmlHandlers handlers_;
  XML_ParserStruct* parser_;
  int depth_ = 0;
  bool stopped_ = false;
  bool broken_ = false;
};

}  // namespace songtan::ingest::detail

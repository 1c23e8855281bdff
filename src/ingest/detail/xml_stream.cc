#include "ingest/detail/xml_stream.h"

#include <expat.h>

namespace songtan::ingest::detail {
namespace {

constexpr int kDeepest = 64;

std::string_view local_name(std::string_view name) { return name.substr(name.find(':') + 1); }

}  // namespace

struct XmlStream::Calls {
  static XmlStream& of(void* self) { return *static_cast<XmlStream*>(self); }

  static void open(void* self, const XML_Char* name, const XML_Char** attributes) {
    XmlStream& stream = of(self);
    if (++stream.depth_ > kDeepest) {
      stream.broken_ = true;
      XML_StopParser(stream.parser_, XML_FALSE);
      return;
    }
    stream.handlers_.open(local_name(name), XmlAttributes(attributes));
  }
  static void close(void* self, const XML_Char* name) {
    --of(self).depth_;
    of(self).handlers_.close(local_name(name));
  }
  static void text(void* self, const XML_Char* bytes, int length) {
    of(self).handlers_.text(std::string_view(bytes, static_cast<std::size_t>(length)));
  }
  static void document_type(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    of(self).broken_ = true;
    XML_StopParser(of(self).parser_, XML_FALSE);
  }
};

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (const char** entry = list_; entry[0] != nullptr; entry += 2) {
    if (local_name(entry[0]) == name) return entry[1];
  }
  return std::nullopt;
}

XmlStream::XmlStream(XmlHandlers handlers) : handlers_(std::move(handlers)), parser_(XML_ParserCreate("UTF-8")) {
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, Calls::open, Calls::close);
  XML_SetCharacterDataHandler(parser_, Calls::text);
  XML_SetStartDoctypeDeclHandler(parser_, Calls::document_type);
}

XmlStream::~XmlStream() { XML_ParserFree(parser_); }

bool XmlStream::feed(std::string_view bytes) {
  return XML_Parse(parser_, bytes.data(), static_cast<int>(bytes.size()), XML_FALSE) == XML_STATUS_OK && !broken_;
}

bool XmlStream::finish() { return XML_Parse(parser_, nullptr, 0, XML_TRUE) == XML_STATUS_OK && !broken_; }

void XmlStream::stop() {
  stopped_ = true;
  XML_StopParser(parser_, XML_FALSE);
}

}  // namespace songtan::ingest::detail

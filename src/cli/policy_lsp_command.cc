// songtan policy lsp: an editor's questions about policies, as JSON-RPC on standard input and output (Language Server
// Protocol 3.17). One client, one pack; ends with `exit` or the end of input.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "cli/policy_tools.h"
#include "decide/pack_text.h"
#include "policy/format.h"
#include "policy/language_service.h"

namespace songtan::cli {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kLongestMessage = std::size_t{16} << 20;
constexpr int kInvalidParams = -32602;
constexpr int kMethodNotFound = -32601;
constexpr int kParseError = -32700;
constexpr int kRequestFailed = -32803;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string path_of_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "file://";
  if (uri.starts_with(kScheme)) uri.remove_prefix(kScheme.size());
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    const bool coded = uri[i] == '%' && i + 2 < uri.size() && hex_digit(uri[i + 1]) >= 0 && hex_digit(uri[i + 2]) >= 0;
    path += coded ? static_cast<char>(hex_digit(uri[i + 1]) * 16 + hex_digit(uri[i + 2])) : uri[i];
    if (coded) i += 2;
  }
  return path;
}

std::string uri_of_path(const std::string& path) {
  std::string uri = "file://";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-_.~").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

/// The next message; nothing at the end of input or when its header cannot be read.
std::optional<std::string> next_message(std::istream& in) {
  std::size_t length = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    constexpr std::string_view kLength = "Content-Length: ";
    if (line.starts_with(kLength)) length = static_cast<std::size_t>(std::atoll(line.c_str() + kLength.size()));
    if (!line.empty()) continue;
    if (length == 0 || length > kLongestMessage) return std::nullopt;
    std::string body(length, '\0');
    in.read(body.data(), static_cast<std::streamsize>(length));
    if (in.gcount() != static_cast<std::streamsize>(length)) return std::nullopt;
    return body;
  }
  return std::nullopt;
}

/// One session with one editor.
class Server {
 public:
  Server(std::string pack, std::string language) : root_(std::move(pack)), language_(std::move(language)) {}

  int run() {
    while (const auto body = next_message(std::cin)) {
      const Json message = Json::parse(*body, nullptr, false);
      if (message.is_discarded() || !message.is_object()) {
        refuse(nullptr, kParseError, "the message is not JSON");
        continue;
      }
      const std::string method = message.value("method", "");
      if (method == "exit") return asked_to_stop_ ? 0 : 1;
      const Json params = message.value("params", Json::object());
      message.contains("id") ? request(message["id"], method, params) : notice(method, params);
    }
    return asked_to_stop_ ? 0 : 1;
  }

 private:
  std::string root_;
  std::string language_;
  bool asked_to_stop_ = false;
  std::unique_ptr<policy::LanguageService> service_;
  std::set<std::string> told_;  ///< files whose mistakes the editor shows

  static void send(const Json& message) {
    const std::string body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
    fmt::print("Content-Length: {}\r\n\r\n{}", body.size(), body);
    std::fflush(stdout);
  }
  static void answer(const Json& id, Json result) {
    send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
  }
  static void refuse(const Json& id, int code, const std::string& words) {
    send({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", words}}}});
  }
  static Json range(const policy::Span& span) {
    return {{"start", {{"line", span.line}, {"character", span.begin}}},
            {"end", {{"line", span.line}, {"character", span.end}}}};
  }
  std::string uri_of(const std::string& file) const { return uri_of_path((fs::path(root_) / file).string()); }

  // The file's name inside the pack; of a file elsewhere, its path.
  std::string file_of(const Json& params) {
    const fs::path path = path_of_uri(params.value("textDocument", Json::object()).value("uri", ""));
    if (root_.empty()) root_ = path.parent_path().parent_path().string();
    const fs::path inside = path.lexically_relative(fs::absolute(root_).lexically_normal());
    return inside.empty() || *inside.begin() == ".." ? path.string() : inside.string();
  }
  static policy::Position position_of(const Json& params) {
    const Json at = params.value("position", Json::object());
    return {at.value("line", 0), at.value("character", 0)};
  }

  policy::LanguageService& service() {
    if (service_) return *service_;
    auto pack = decide::read_pack_text(root_);
    auto law = decide::read_law_texts(root_);
    service_ = std::make_unique<policy::LanguageService>(pack ? std::move(*pack) : policy::PackText{},
                                                         law ? policy::LawTexts(*law) : policy::LawTexts{});
    return *service_;
  }

  void notice(const std::string& method, const Json& params) {
    if (method != "textDocument/didOpen" && method != "textDocument/didChange") return;
    const std::string file = file_of(params);
    const Json changes = params.value("contentChanges", Json::array());
    const Json text = method == "textDocument/didOpen" ? params["textDocument"].value("text", Json())
                      : changes.empty()                ? Json()
                                                       : changes.back().value("text", Json());
    if (!text.is_string()) return;
    service().change(file, text.get<std::string>());
    publish();
  }

  void publish() {
    std::map<std::string, Json> by_file;
    for (const std::string& file : told_) by_file[file] = Json::array();
    for (const auto& [span, error] : service().mistakes()) {
      Json& list = by_file.try_emplace(span.file, Json::array()).first->second;
      list.push_back({{"range", range(span)},
                      {"severity", 1},
                      {"code", error.code},
                      {"source", "songtan"},
                      {"message", error.message.in(language_) + " → " + error.mend.in(language_)}});
    }
    told_.clear();
    for (auto& [file, list] : by_file) {
      if (!list.empty()) told_.insert(file);
      send({{"jsonrpc", "2.0"},
            {"method", "textDocument/publishDiagnostics"},
            {"params", {{"uri", uri_of(file)}, {"diagnostics", std::move(list)}}}});
    }
  }

  void request(const Json& id, const std::string& method, const Json& params) {
    try {
      if (method == "initialize") return initialize(id, params);
      if (method == "shutdown") return asked_to_stop_ = true, answer(id, nullptr);
      if (method == "textDocument/hover") return hover(id, params);
      if (method == "textDocument/definition") return definition(id, params);
      if (method == "textDocument/completion") return completion(id, params);
      if (method == "textDocument/rename") return rename(id, params);
      if (method == "textDocument/formatting") return formatting(id, params);
    } catch (const Json::exception& trouble) {  // the JSON library speaks in exceptions; they end here
      return refuse(id, kInvalidParams, trouble.what());
    }
    refuse(id, kMethodNotFound, "songtan does not answer " + method);
  }

  void initialize(const Json& id, const Json& params) {
    if (root_.empty() && params.contains("rootUri") && params["rootUri"].is_string()) {
      const std::string folder = path_of_uri(params["rootUri"].get<std::string>());
      if (fs::is_directory(fs::path(folder) / "policies")) root_ = folder;
    }
    const Json abilities{{"textDocumentSync", 1},
                         {"hoverProvider", true},
                         {"definitionProvider", true},
                         {"renameProvider", true},
                         {"documentFormattingProvider", true},
                         {"completionProvider", {{"triggerCharacters", {"·", "."}}}}};
    answer(id, {{"capabilities", abilities}, {"serverInfo", {{"name", "songtan"}}}});
  }

  void hover(const Json& id, const Json& params) {
    const auto words = service().hover(file_of(params), position_of(params));
    answer(id, words ? Json{{"contents", {{"kind", "markdown"}, {"value", *words}}}} : Json());
  }

  void definition(const Json& id, const Json& params) {
    const auto span = service().definition(file_of(params), position_of(params));
    answer(id, span ? Json{{"uri", uri_of(span->file)}, {"range", range(*span)}} : Json());
  }

  void completion(const Json& id, const Json& params) {
    static constexpr std::array<int, 6> kKinds = {6, 21, 3, 22, 18, 14};  // numbers of the protocol
    Json items = Json::array();
    for (const policy::Suggestion& each : service().complete(file_of(params), position_of(params)))
      items.push_back(
          {{"label", each.word}, {"kind", kKinds[static_cast<std::size_t>(each.kind)]}, {"detail", each.detail}});
    answer(id, std::move(items));
  }

  void rename(const Json& id, const Json& params) {
    const std::string fresh = params.at("newName").get<std::string>();
    const auto spans = service().rename(file_of(params), position_of(params), fresh);
    if (!spans) return refuse(id, kRequestFailed, spans.error().message.in(language_));
    Json changes = Json::object();
    for (const policy::Span& span : *spans)
      changes[uri_of(span.file)].push_back({{"range", range(span)}, {"newText", fresh}});
    answer(id, {{"changes", std::move(changes)}});
  }

  void formatting(const Json& id, const Json& params) {
    const std::string file = file_of(params);
    const auto& files = service().pack().files;
    const auto found = std::ranges::find(files, file, &policy::PackFile::name);
    if (found == files.end()) return answer(id, nullptr);
    const auto text = policy::format_policy(found->text, file);
    if (!text) return refuse(id, kRequestFailed, text.error().message.in(language_));
    const auto lines = static_cast<int>(std::ranges::count(found->text, '\n')) + 1;
    answer(id,
           Json::array(
               {{{"range", {{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", lines}, {"character", 0}}}}},
                 {"newText", *text}}}));
  }
};

}  // namespace

void add_policy_lsp(CLI::App& policy, Context& context) {
  auto pack = std::make_shared<std::string>();
  CLI::App* command = policy.add_subcommand("lsp", "供编辑器使用的语言服务 / language server for editors");
  command->add_option("--pack", *pack, "政策包目录，默认由编辑器告知 / the pack's folder, default as the editor says");
  command->callback([pack, &context] {
    context.run = [pack, &context]() -> Result<int> { return Server(*pack, context.language).run(); };
  });
}

}  // namespace songtan::cli

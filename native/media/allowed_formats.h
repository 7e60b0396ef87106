#pragma once

#include <string>

namespace movinet {

/// FFmpeg's formats that a file may have, as a list for `format_whitelist`: all but those that open
/// further files or addresses, or run what they find.
const std::string& FormatsOfFiles();

/// FFmpeg's protocols that an address may have and lead to, as a list for `protocol_whitelist`: all
/// but those that read this machine's files.
const std::string& ProtocolsOfAddresses();

}  // namespace movinet

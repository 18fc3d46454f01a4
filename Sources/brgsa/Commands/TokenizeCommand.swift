import ArgumentParser
import CommandLineSupport
import Encoders

/// The command `brgsa tokenize --model DIR`.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Convert texts to token ids, one text per line",
    discussion: """
      Reads UTF-8 lines from standard input and cleans them as the model's authors do. For each line, prints \
      the tokens as row numbers of the vocabulary, including [CLS] and [SEP]. Lines that are too long for \
      the model are cut.

        echo "There is pleural effusion" | brgsa tokenize --model DIR
      """)

  @OptionGroup var options: SettingOptions<ModelSettings>

  func run() throws {
    let directory = try options.settings().model
    let tokenizer = try ModelLoading.reading(directory) { files in
      try files.tokenizer()
    }
    while let line = readLine(strippingNewline: true) {
      let ids = tokenizer.tokenize(line).ids
      Console.print(ids.map(String.init).joined(separator: " "))
    }
  }
}

import Inference
import Testing

@Suite struct PromptTests {
  private let template = PromptTemplate("There is {term}")

  @Test(arguments: [
    ("Pleural effusion", "There is Pleural effusion"),
    ("lung nodule", "There is lung nodule"),
    ("there is a nodule", "there is a nodule"),
    ("THERE ARE nodules", "THERE ARE nodules"),
    ("  There is a nodule", "  There is a nodule"),
    ("Nodule in the left lobe. No effusion", "Nodule in the left lobe. No effusion"),
    ("no effusion", "There is no effusion"),
  ])
  func termsGoIntoTheTemplateAndSentencesStayAsTheyAre(text: String, sentence: String) {
    #expect(template.sentence(for: text) == sentence)
    #expect(Prompt(text, template: template).texts == [sentence])
    #expect(Prompt(text, template: template).label == text)
  }

  @Test func templateMayHaveWordsBehindTheTerm() {
    #expect(PromptTemplate("Is there {term} here").sentence(for: "gas") == "Is there gas here")
  }

  @Test func builtInSetsAreThePapers() {
    #expect(PromptSet.named("ct-rate-18")?.terms.count == 18)
    #expect(PromptSet.named("ct-rate-lt-15")?.terms.count == 15)
    #expect(PromptSet.named("ct-rate-19") == nil)
    let terms = PromptSet.builtIn.flatMap(\.terms)
    #expect(Set(terms).count == terms.count)
  }
}

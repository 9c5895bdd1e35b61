import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Prints each clause of a flavour that a PDF breaks, with its first place; prints nothing when it breaks none. */
public class Vera {
  public static void main(String[] arguments) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    PDFAFlavour flavour = PDFAFlavour.fromString(arguments[0]);
    Map<String, Integer> times = new TreeMap<>();
    Map<String, String> places = new TreeMap<>();
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(arguments[1]), flavour);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
      for (TestAssertion assertion : validator.validate(parser).getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.PASSED) continue;
        String clause = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
        times.merge(clause, 1, Integer::sum);
        places.putIfAbsent(clause, assertion.getMessage() + " @ " + assertion.getLocation().getContext());
      }
    }
    for (String clause : times.keySet()) {
      System.out.println(clause + " x" + times.get(clause) + ": " + places.get(clause).replaceAll("\\s+", " "));
    }
  }
}

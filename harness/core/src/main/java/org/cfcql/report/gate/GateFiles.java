package org.cfcql.report.gate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.cfcql.error.ForeignText;

/** What a gate says, in the forms that a CI reads. */
public final class GateFiles {
    private GateFiles() {}

    /** JUnit's XML: a test per cell, and one for all together; an undecided one is skipped. */
    public static String junit(Gate gate) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument();
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "cfcql gate");
            xml.writeAttribute("tests", count(gate, Verdict.values()));
            xml.writeAttribute("failures", count(gate, Verdict.REGRESSION, Verdict.SUSPICIOUS));
            xml.writeAttribute("errors", count(gate, Verdict.INFRASTRUCTURE));
            xml.writeAttribute("skipped", count(gate, Verdict.UNDECIDED));
            for (GatedCell cell : gate.cells()) {
                testCase(
                        xml,
                        cell.name().environment(),
                        cell.name().text(),
                        cell.verdict(),
                        "expected %s ± %s, found %s%s"
                                .formatted(
                                        GateText.number(cell.referenceMean()),
                                        GateText.number(cell.halfWidth()),
                                        GateText.number(cell.candidateMean()),
                                        cell.why().map(why -> "; " + why).orElse("")));
            }
            if (gate.overall().isPresent()) {
                Gate.Overall together = gate.overall().get();
                testCase(
                        xml,
                        "overall",
                        "all cells together",
                        together.verdict(),
                        "expected 0 ± %s deviations, found %s"
                                .formatted(
                                        GateText.number(together.halfWidth()),
                                        GateText.number(together.mean())));
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException("expected a string to be written", impossible);
        }
        return text + "\n";
    }

    private static String count(Gate gate, Verdict... of) {
        long count = gate.cells().stream().filter(cell -> in(cell.verdict(), of)).count();
        boolean together = gate.overall().isPresent() && in(gate.overall().get().verdict(), of);
        return String.valueOf(count + (together ? 1 : 0));
    }

    private static boolean in(Verdict verdict, Verdict... some) {
        for (Verdict one : some) {
            if (one == verdict) {
                return true;
            }
        }
        return false;
    }

    private static void testCase(
            XMLStreamWriter xml, String group, String name, Verdict verdict, String text)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", ForeignText.oneLine(group));
        xml.writeAttribute("name", ForeignText.oneLine(name));
        String element =
                switch (verdict) {
                    case REGRESSION, SUSPICIOUS -> "failure";
                    case INFRASTRUCTURE -> "error";
                    case UNDECIDED -> "skipped";
                    case PASS, IDENTICAL -> "";
                };
        if (!element.isEmpty()) {
            xml.writeEmptyElement(element);
            xml.writeAttribute("message", ForeignText.oneLine(verdict.word() + ": " + text));
        }
        xml.writeEndElement();
    }

    /**
     * Candidate's means as github-action-benchmark's {@code customBiggerIsBetter} wants them.
     *
     * @throws IOException if the text cannot be written
     */
    public static String benchmark(Gate gate) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ArrayNode entries = json.createArrayNode();
        for (GatedCell cell : gate.cells()) {
            if (!cell.candidateSeeds().isEmpty()) {
                entries.addObject()
                        .put("name", cell.name().text())
                        .put("unit", "score")
                        .put("value", cell.candidateMean())
                        .put("range", "± " + GateText.number(cell.halfWidth()))
                        .put(
                                "extra",
                                "%s; reference %s, %d seeds"
                                        .formatted(
                                                cell.verdict().word(),
                                                GateText.number(cell.referenceMean()),
                                                cell.candidateSeeds().size()));
            }
        }
        return json.writerWithDefaultPrettyPrinter().writeValueAsString(entries) + "\n";
    }
}

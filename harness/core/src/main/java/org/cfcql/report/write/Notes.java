package org.cfcql.report.write;

import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Image;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.DefaultUrlSanitizer;
import org.commonmark.renderer.html.HtmlRenderer;

/** The free text of a run, {@code notes.md}, as HTML that can neither run nor fetch anything. */
final class Notes {
    private static final List<org.commonmark.Extension> EXTENSIONS =
            List.of(TablesExtension.create());

    private Notes() {}

    static String html(String markdown) {
        Node document = Parser.builder().extensions(EXTENSIONS).build().parse(markdown);
        document.accept(new ImagesToText());
        return HtmlRenderer.builder()
                .extensions(EXTENSIONS)
                .escapeHtml(true)
                .sanitizeUrls(true)
                .urlSanitizer(new DefaultUrlSanitizer(List.of("http", "https", "mailto")))
                .build()
                .render(document);
    }

    /** An image would be fetched: only its description stays. */
    private static final class ImagesToText extends AbstractVisitor {
        @Override
        public void visit(Image image) {
            Node child = image.getFirstChild();
            while (child != null) {
                Node next = child.getNext();
                image.insertBefore(child);
                child = next;
            }
            image.unlink();
        }
    }
}

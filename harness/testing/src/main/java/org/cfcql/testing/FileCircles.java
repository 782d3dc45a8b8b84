package org.cfcql.testing;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Source files that know each other, over whatever way. A file is a class with everything nested in
 * it.
 *
 * <p>ArchUnit's own search for cycles stops early: of three files in two circles it names one.
 */
public final class FileCircles {
    private FileCircles() {}

    /**
     * The largest sets of files that all know each other; empty where dependencies point one way.
     */
    public static Set<Set<String>> of(JavaClasses classes) {
        Map<String, Set<String>> known = new TreeMap<>();
        for (JavaClass type : classes) {
            Set<String> others = known.computeIfAbsent(file(type), name -> new TreeSet<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                others.add(file(dependency.getTargetClass()));
            }
        }
        Map<String, Set<String>> reached = new TreeMap<>();
        known.keySet().forEach(file -> reached.put(file, reachedFrom(file, known)));
        Set<Set<String>> circles = new LinkedHashSet<>();
        reached.forEach(
                (file, others) -> {
                    Set<String> circle = new TreeSet<>(Set.of(file));
                    others.stream()
                            .filter(other -> reached.get(other).contains(file))
                            .forEach(circle::add);
                    if (circle.size() > 1) {
                        circles.add(circle);
                    }
                });
        return circles;
    }

    private static Set<String> reachedFrom(String start, Map<String, Set<String>> known) {
        Set<String> reached = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(start));
        while (!open.isEmpty()) {
            for (String next : known.get(open.pop())) {
                if (known.containsKey(next) && reached.add(next)) {
                    open.push(next);
                }
            }
        }
        return reached;
    }

    private static String file(JavaClass type) {
        return type.getName().replaceFirst("\\$.*", "");
    }
}

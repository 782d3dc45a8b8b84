package org.cfcql.testing;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The packages of a project, from the ground up, and what each of them may know of the others.
 *
 * <p>Dependencies point one way by construction: a room knows those that stand before it only.
 *
 * @param rooms from the ground up
 */
public record House(List<Room> rooms) {
    private static final String ROOT = "org.cfcql.";

    /** Where a line of the picture ends. */
    private static final int WIDTH = 100;

    /**
     * A package.
     *
     * @param floor counted from 1, the ground
     * @param name without {@code org.cfcql}
     * @param knows names of the rooms that it may know
     */
    public record Room(int floor, String name, List<String> knows) {
        /** Copies the names. */
        public Room {
            knows = List.copyOf(knows);
        }

        /** The name in full. */
        public String packageName() {
            return ROOT + name;
        }
    }

    /**
     * Checks that every room stands once and knows only rooms before it, none of a higher floor.
     *
     * @throws IllegalArgumentException if not
     */
    public House {
        rooms = List.copyOf(rooms);
        Map<String, Integer> below = new HashMap<>();
        int ground = 1;
        for (Room room : rooms) {
            require(room.floor() >= ground, room, "no floor below that of the room before it");
            require(below.keySet().containsAll(room.knows()), room, "to know rooms before it only");
            require(below.put(room.name(), room.floor()) == null, room, "to stand once");
            ground = room.floor();
        }
    }

    private static void require(boolean holds, Room room, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", found " + room);
        }
    }

    /**
     * Reads a house from text: per line the floor, names of rooms that are alike, a colon, and the
     * names of those that they may know. A line with an equals sign names a list, to be used as
     * {@code $NAME}; a line that begins with a blank goes on with the one before it.
     */
    public static House of(String text) {
        Map<String, String> lists = new HashMap<>();
        List<Room> rooms = new ArrayList<>();
        for (String line : text.replaceAll("\n +", " ").strip().split("\n")) {
            String[] list = line.split(" = ");
            if (list.length == 2) {
                lists.put("$" + list[0], list[1]);
                continue;
            }
            String[] sides = line.split(":", 2);
            String[] left = sides[0].split(" ");
            List<String> knows = new ArrayList<>();
            for (String name : words(sides[1])) {
                knows.addAll(words(lists.getOrDefault(name, name)));
            }
            for (int index = 1; index < left.length; index++) {
                rooms.add(new Room(Integer.parseInt(left[0]), left[index], knows));
            }
        }
        return new House(rooms);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
    }

    /**
     * No class stands outside the rooms, and none knows a room that its own may not know. Holds of
     * a part of the house too, for modules that see the others' classes not at all.
     */
    public ArchRule rule() {
        LayeredArchitecture layers =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .withOptionalLayers(true);
        for (Room room : rooms) {
            layers = layers.layer(room.name()).definedBy(room.packageName());
        }
        for (Room room : rooms) {
            String[] known = room.knows().toArray(String[]::new);
            layers =
                    known.length == 0
                            ? layers.whereLayer(room.name()).mayNotAccessAnyLayer()
                            : layers.whereLayer(room.name()).mayOnlyAccessLayers(known);
        }
        return layers.ensureAllClassesAreContainedInArchitecture()
                .as("Every class has a room and knows only what the room may know");
    }

    /** Rooms without a class, and what rooms may know but do not, as {@code one -> other}. */
    public Set<String> idle(JavaClasses classes) {
        Set<String> idle = new TreeSet<>();
        for (Room room : rooms) {
            idle.add(room.name());
            room.knows().forEach(known -> idle.add(room.name() + " -> " + known));
        }
        for (JavaClass type : classes) {
            String own = nameOf(type);
            idle.remove(own);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                idle.remove(own + " -> " + nameOf(dependency.getTargetClass()));
            }
        }
        return idle;
    }

    private static String nameOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
    }

    /** Floors by the names of packages. */
    public Map<String, Integer> floors() {
        Map<String, Integer> floors = new HashMap<>();
        rooms.forEach(room -> floors.put(room.packageName(), room.floor()));
        return floors;
    }

    /**
     * The house from the roof down: floor, rooms, and what they may know, the nearest first.
     * Neighbours that may know the same stand together.
     */
    public String picture() {
        int width = rooms.stream().mapToInt(room -> room.name().length()).max().orElse(0);
        List<Room> down = new ArrayList<>(rooms);
        Collections.reverse(down);
        StringBuilder picture = new StringBuilder();
        int floor = 0;
        for (int from = 0, to = 0; from < down.size(); from = to) {
            Room first = down.get(from);
            while (to < down.size() && alike(first, down.get(to))) {
                to++;
            }
            picture.append(floor == 0 || first.floor() == floor ? "" : "\n");
            floor = first.floor();
            List<String> names = down.subList(from, to).stream().map(Room::name).toList();
            List<String> known = down.stream().map(Room::name).toList();
            known = known.stream().filter(first.knows()::contains).toList();
            List<String> lines = wrapped(known, WIDTH - width - 5);
            for (int line = 0; line < Math.max(names.size(), lines.size()); line++) {
                String start = line == 0 ? floor + "  " : "   ";
                String name = line < names.size() ? names.get(line) : "";
                String list = line < lines.size() ? lines.get(line) : "";
                String row =
                        String.format(Locale.ROOT, "%s%-" + width + "s  %s", start, name, list);
                picture.append(row.stripTrailing()).append('\n');
            }
        }
        return picture.toString();
    }

    private static boolean alike(Room one, Room other) {
        return one.floor() == other.floor() && one.knows().equals(other.knows());
    }

    private static List<String> wrapped(List<String> words, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}

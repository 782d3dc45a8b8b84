package org.cfcql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cfcql.testing.CfcqlHouse;
import org.cfcql.testing.House;
import org.junit.jupiter.api.Test;

/** The list of rooms, and the page that shows it. */
class HouseTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "architecture.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d) \\| ([^|]+) \\|");
    private static final Pattern PACKAGE = Pattern.compile("`(org[.\\w]+)`");

    @Test
    void thePageShowsThePictureOfTheRules() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("to be put between the marks ``` of the picture in docs/architecture.md")
                .contains("```\n" + CfcqlHouse.ROOMS.picture() + "```\n");
    }

    @Test
    void theTableOfThePageHasEveryRoomOnItsFloor() throws IOException {
        Map<String, Integer> floors = new HashMap<>();
        for (MatchResult row : ROW.matcher(Files.readString(PAGE)).results().toList()) {
            Matcher names = PACKAGE.matcher(row.group(2));
            names.results()
                    .forEach(name -> floors.put(name.group(1), Integer.valueOf(row.group(1))));
        }
        assertThat(floors).isEqualTo(CfcqlHouse.ROOMS.floors());
    }

    @Test
    void aHouseIsReadFromItsText() {
        House house = House.of("1 ground cellar:\nall = ground\n  cellar\n2 roof: $all\n");
        assertThat(house.rooms())
                .containsExactly(
                        new House.Room(1, "ground", List.of()),
                        new House.Room(1, "cellar", List.of()),
                        new House.Room(2, "roof", List.of("ground", "cellar")));
        assertThat(house.picture()).isEqualTo("2  roof    cellar ground\n\n1  cellar\n   ground\n");
    }

    @Test
    void aHouseInWhichAnArrowPointsUpIsRefused() {
        refuses("1 ground: roof\n2 roof:\n", "to know rooms before it only");
        refuses("1 ground: ground\n", "to know rooms before it only");
        refuses("1 ground:\n2 roof: $all\n", "to know rooms before it only");
        refuses("2 roof:\n1 ground:\n", "no floor below");
        refuses("1 ground:\n1 ground:\n", "to stand once");
    }

    private static void refuses(String text, String because) {
        assertThatThrownBy(() -> House.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(because);
    }
}

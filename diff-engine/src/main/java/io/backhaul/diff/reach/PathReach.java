/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files and folders with all that is below them. Scheme and authority must be the same, and a
 * folder ends where a segment ends: {@code /data/acme} does not cover {@code /data/acme2}. A {@code
 * *} in an allowed path stands for any characters of its segment. On this machine's own file system
 * links are followed, and the end must be covered as well as the way; what is there is looked at
 * when it is asked, so that whoever can make links there later is trusted.
 *
 * @param allowed absolute paths or URIs
 */
public record PathReach(List<String> allowed) implements Serializable {

  /** Characters of Hadoop's patterns. */
  private static final Pattern GLOB = Pattern.compile("[*?\\[\\]{}]");

  /** A path in parts; a scheme and an authority may be empty. */
  private record Place(String scheme, String authority, List<String> segments) {

    boolean isLocal() {
      return (scheme.isEmpty() || scheme.equals("file")) && authority.isEmpty();
    }

    boolean covers(Place other) {
      return scheme.equals(other.scheme)
          && matches(authority, other.authority)
          && segments.size() <= other.segments.size()
          && IntStream.range(0, segments.size())
              .allMatch(i -> matches(segments.get(i), other.segments.get(i)));
    }

    private static boolean matches(String allowed, String given) {
      return allowed.contains("*")
          ? given.matches(
              Arrays.stream(allowed.split("\\*", -1))
                  .map(Pattern::quote)
                  .reduce((a, b) -> a + ".*" + b)
                  .orElseThrow())
          : allowed.equals(given);
    }
  }

  public PathReach {
    allowed = List.copyOf(allowed);
  }

  /** Whether everything that a reader would find at {@code path} is covered. */
  public boolean covers(String path) {
    Optional<Place> given = place(path);
    if (given.isEmpty() || !covered(given.get())) {
      return false;
    }
    return !given.get().isLocal() || ends(path, given.get()).allMatch(this::endCovered);
  }

  private boolean covered(Place given) {
    return allowed.stream()
        .map(PathReach::place)
        .flatMap(Optional::stream)
        .anyMatch(place -> place.covers(given));
  }

  /** Where a local path leads: its matches if it is a pattern, and itself. */
  private static Stream<Place> ends(String path, Place given) {
    List<Place> ends = new ArrayList<>(List.of(given));
    if (GLOB.matcher(path).find()) {
      try {
        FileStatus[] matches =
            FileSystem.getLocal(new Configuration(false)).globStatus(new Path(path));
        for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
          ends.add(new Place(given.scheme, "", segments(match.getPath().toUri().getPath())));
        }
      } catch (IOException | IllegalArgumentException e) {
        return Stream.of(new Place("unreadable", "", List.of()));
      }
    }
    return ends.stream();
  }

  private boolean endCovered(Place given) {
    Optional<Place> end = followed(given);
    return end.isPresent()
        && allowed.stream()
            .map(PathReach::place)
            .flatMap(Optional::stream)
            .filter(Place::isLocal)
            .map(PathReach::followed)
            .flatMap(Optional::stream)
            .anyMatch(place -> place.covers(end.get()));
  }

  /** The place behind links, as far as there is something; empty if a link leads nowhere. */
  private static Optional<Place> followed(Place place) {
    java.nio.file.Path there = java.nio.file.Path.of("/");
    List<String> rest = new ArrayList<>(place.segments);
    try {
      while (!rest.isEmpty()
          && !GLOB.matcher(rest.get(0)).find()
          && Files.exists(there.resolve(rest.get(0)), LinkOption.NOFOLLOW_LINKS)) {
        there = there.resolve(rest.remove(0)).toRealPath();
      }
      List<String> all = new ArrayList<>(segments(there.toString()));
      all.addAll(rest);
      return Optional.of(new Place(place.scheme, place.authority, all));
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The parts of a path; empty if it may mean another place to Hadoop than it seems to. */
  private static Optional<Place> place(String path) {
    int colon = path.indexOf(':');
    boolean uri = colon > 0 && path.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*");
    String scheme = uri ? path.substring(0, colon).toLowerCase(Locale.ROOT) : "";
    String rest = uri ? path.substring(colon + 1) : path;
    String authority = "";
    if (uri && rest.startsWith("//")) {
      int slash = rest.indexOf('/', 2);
      authority = rest.substring(2, slash < 0 ? rest.length() : slash).toLowerCase(Locale.ROOT);
      rest = slash < 0 ? "/" : rest.substring(slash);
    }
    boolean odd = path.chars().anyMatch(c -> c < ' ' || c == 127) || path.contains("\\");
    if (odd || !rest.startsWith("/") || (!uri && rest.startsWith("//"))) {
      return Optional.empty();
    }
    List<String> segments = segments(rest);
    boolean glob = GLOB.matcher(path).find();
    // {a/b,../c} is one pattern to Hadoop, and three segments here
    boolean climbs = segments.stream().anyMatch(s -> s.equals("..") || (glob && s.contains("..")));
    return climbs ? Optional.empty() : Optional.of(new Place(scheme, authority, segments));
  }

  private static List<String> segments(String path) {
    return Arrays.stream(path.split("/"))
        .filter(segment -> !segment.isEmpty() && !segment.equals("."))
        .toList();
  }
}

/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.jobs.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which files a configuration folder holds; none of them is opened here. */
final class ConfFiles {

  private static final String YAML = ".yaml";
  private static final String TENANTS = "tenants";

  /**
   * A destination or sync file.
   *
   * @param shown the file as the user would open it
   */
  record Entry(String tenant, String name, Path file, String shown) {
    String id() {
      return tenant + "/" + name;
    }
  }

  private final Path conf;
  private final List<Entry> destinations;
  private final List<Entry> syncs;
  private final List<Entry> tenants;
  private final SpecProblems misplaced = new SpecProblems();

  ConfFiles(Path conf) {
    this.conf = conf;
    this.destinations = list("destinations");
    this.syncs = list("syncs");
    this.tenants = listTenants();
  }

  /** The folder that relative paths are relative to: the configuration's parent. */
  Path base() {
    Path parent = conf.toAbsolutePath().normalize().getParent();
    return parent == null ? conf.toAbsolutePath() : parent;
  }

  Entry backhaul() {
    Path file = conf.resolve("backhaul.yaml");
    return new Entry("", "backhaul", file, file.toString());
  }

  List<Entry> syncs() {
    return syncs;
  }

  List<Entry> destinations() {
    return destinations;
  }

  /** Names of the tenant's syncs. */
  List<String> syncs(String tenant) {
    return syncs.stream().filter(e -> e.tenant().equals(tenant)).map(Entry::name).toList();
  }

  /** One of the tenant's syncs. */
  Optional<Entry> sync(String tenant, String name) {
    return syncs.stream()
        .filter(entry -> entry.tenant().equals(tenant) && entry.name().equals(name))
        .findFirst();
  }

  /** Whether this folder draws lines between tenants; one that cannot be read does so, too. */
  boolean drawsLines() {
    return Files.exists(conf.resolve(TENANTS), LinkOption.NOFOLLOW_LINKS);
  }

  /** The file that says what a tenant may name. */
  Optional<Entry> tenant(String tenant) {
    return tenants.stream().filter(entry -> entry.tenant().equals(tenant)).findFirst();
  }

  List<Entry> tenants() {
    return tenants;
  }

  /** Where the file of a tenant that has none would be. */
  String tenantFile(String tenant) {
    return conf.resolve(TENANTS).resolve(tenant + YAML).toString();
  }

  Optional<Entry> destination(String tenant, String name) {
    return destinations(tenant).stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  List<Entry> destinations(String tenant) {
    return destinations.stream().filter(entry -> entry.tenant().equals(tenant)).toList();
  }

  /** Files and folders that would otherwise be passed over in silence. */
  List<SpecProblem> misplaced() {
    return misplaced.all();
  }

  /**
   * The sync that {@code tenant/name}, or {@code name} alone where one tenant has it, stands for.
   *
   * @throws SpecException if there is none or more than one
   */
  Entry sync(String asked) {
    List<Entry> found =
        syncs.stream().filter(e -> e.id().equals(asked) || e.name().equals(asked)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    String shown = conf.resolve("syncs").toString();
    if (found.size() > 1) {
      String ids = String.join(" or ", found.stream().map(Entry::id).toList());
      throw new SpecException(
          List.of(
              problem(shown, "more than one tenant has a sync " + asked + "; say " + ids, null)));
    }
    boolean full = asked.contains("/");
    List<String> names = syncs.stream().map(e -> full ? e.id() : e.name()).distinct().toList();
    String nearest = NearestName.of(asked, names).orElse(null);
    throw new SpecException(List.of(problem(shown, "there is no sync " + asked, nearest)));
  }

  /**
   * Why a file is not its folder's own: the file or a folder above it is a link that leads out of
   * the configuration, or to another tenant's. Links within a folder are fine; mounted
   * configurations are made of them.
   */
  Optional<SpecProblem> foreign(Entry entry) {
    try {
      Path root = conf.toRealPath();
      Path folder = entry.file().toAbsolutePath().getParent();
      Path realFolder = folder.toRealPath();
      Path own = conf.toAbsolutePath().relativize(folder);
      Path real = entry.file().toRealPath();
      if (!real.startsWith(root) || !realFolder.startsWith(root)) {
        return Optional.of(
            problem(
                entry.shown(),
                "leads out of the configuration folder by a link; put the file itself there",
                null));
      }
      boolean home = own.toString().isEmpty() ? realFolder.equals(root) : realFolder.endsWith(own);
      return home && real.startsWith(realFolder)
          ? Optional.empty()
          : Optional.of(
              problem(
                  entry.shown(),
                  "is a link to a file of another folder; put the file itself there",
                  null));
    } catch (IOException e) {
      return Optional.empty(); // who reads it will say that it cannot be read
    }
  }

  /** When each file was last changed, and how long it is. */
  List<Stamp> stamp() {
    return Stream.of(List.of(backhaul()), destinations, syncs, tenants)
        .flatMap(List::stream)
        .map(entry -> Stamp.of(entry.file()))
        .toList();
  }

  record Stamp(Path file, Instant changedAt, long bytes) {

    private static Stamp of(Path file) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(file, attributes.lastModifiedTime().toInstant(), attributes.size());
      } catch (IOException e) {
        return new Stamp(file, Instant.MIN, -1); // who reads it will say that it cannot be read
      }
    }
  }

  private List<Entry> listTenants() {
    List<Entry> entries = new ArrayList<>();
    for (Path file : children(conf.resolve(TENANTS))) {
      if (Files.isDirectory(file)) {
        misplaced.add(problem(file.toString(), "a tenant has one file here, not a folder", null));
      }
      entry("", file)
          .map(e -> new Entry(e.name(), e.name(), e.file(), e.shown()))
          .ifPresent(entries::add);
    }
    return entries;
  }

  private List<Entry> list(String kind) {
    List<Entry> entries = new ArrayList<>();
    for (Path tenant : children(conf.resolve(kind))) {
      String name = tenant.getFileName().toString();
      if (!Files.isDirectory(tenant)) {
        if (looksLikeYaml(name)) {
          misplaced.add(problem(tenant.toString(), "belongs into the folder of a tenant", null));
        }
        continue;
      }
      if (!name.matches(FileShapes.NAME)) {
        misplaced.add(problem(tenant.toString(), "a tenant is named with a-z, 0-9, _ and -", null));
        continue;
      }
      for (Path file : children(tenant)) {
        entry(name, file).ifPresent(entries::add);
      }
    }
    return entries;
  }

  private Optional<Entry> entry(String tenant, Path file) {
    String fileName = file.getFileName().toString();
    if (!looksLikeYaml(fileName) || Files.isDirectory(file)) {
      return Optional.empty();
    }
    String name = fileName.substring(0, fileName.lastIndexOf('.'));
    if (!fileName.endsWith(YAML)) {
      misplaced.add(problem(file.toString(), "must end in .yaml to be read", name + YAML));
      return Optional.empty();
    }
    if (!name.matches(FileShapes.NAME)) {
      misplaced.add(problem(file.toString(), "is named with a-z, 0-9, _ and - only", null));
      return Optional.empty();
    }
    return Optional.of(new Entry(tenant, name, file, file.toString()));
  }

  private static boolean looksLikeYaml(String name) {
    return !name.startsWith(".") && name.toLowerCase(java.util.Locale.ROOT).matches(".*\\.ya?ml");
  }

  private List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      misplaced.add(
          problem(
              folder.toString(), "cannot be read (" + e.getClass().getSimpleName() + ")", null));
      return List.of();
    }
  }

  private static SpecProblem problem(String file, String message, String suggestion) {
    return new SpecProblem(file, 0, 0, "", message, suggestion);
  }
}

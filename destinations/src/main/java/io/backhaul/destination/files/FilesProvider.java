/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.Destination;
import io.backhaul.destination.DestinationConfig;
import io.backhaul.destination.DestinationProvider;
import io.backhaul.destination.Op;
import io.backhaul.destination.Profile;
import io.backhaul.destination.config.Library;
import io.backhaul.destination.config.Shape;
import io.backhaul.destination.http.AddressGuard;
import io.backhaul.destination.http.Redactor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Opens destinations of type {@code files}. */
public final class FilesProvider implements DestinationProvider {

  @Override
  public String type() {
    return "files";
  }

  @Override
  public Shape.Obj shape() {
    return FilesConfig.shape();
  }

  @Override
  public Profile profile() {
    return new Profile(
        "Files (object storage, SFTP)",
        List.of(
            new Profile.Target(
                "<folder>",
                EnumSet.allOf(Op.class),
                FilesConfig.MOST_RECORDS,
                "a folder below path; one file and one manifest a batch")),
        true,
        false,
        false,
        true,
        true,
        "puts a file of keys below delete/",
        "is a null in JSON and Parquet, nothing between two commas in CSV");
  }

  @Override
  public ObjectNode sample() {
    return JsonNodeFactory.instance.objectNode().put("path", "s3a://drops.example.com/backhaul");
  }

  /** It speaks to file systems. */
  @Override
  public boolean inspectable() {
    return false;
  }

  @Override
  public Destination open(DestinationConfig config, DeliveryContext context) {
    FilesConfig read = FilesConfig.read(config.properties());
    List<String> secrets = new ArrayList<>(config.secrets());
    if (read.sftp() != null) {
      secrets.add(read.sftp().password());
      secrets.add(read.sftp().privateKey());
    }
    Redactor redactor = Redactor.of(List.of()).withSecrets(secrets);
    return new FilesDestination(read, context, store(read, redactor));
  }

  private static Store store(FilesConfig config, Redactor redactor) {
    if (config.format().equals("parquet") || config.sftp() == null) {
      Library.require(
          "org.apache.hadoop.fs.FileSystem",
          "Hadoop's client is not on the class path: run it in Spark, which brings it");
    }
    if (config.sftp() == null) {
      return new HadoopStore(config.path(), config.hadoop(), redactor);
    }
    Library.require(
        "org.apache.sshd.sftp.client.SftpClient",
        "no SFTP client is on the class path: add org.apache.sshd:sshd-sftp");
    return new SftpStore(
        config.sftp(),
        new AddressGuard(true, config.allowPrivateNetworks()),
        config.timeout(),
        redactor);
  }
}

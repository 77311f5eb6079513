/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.diff.reach;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Driver options in a JDBC URL, whatever the driver separates them by. */
final class JdbcOptions {

  /** These make a driver load a class, run a statement, or read and write files, on the driver. */
  static final Set<String> DANGEROUS =
      Set.of(
          // PostgreSQL and its kin
          "socketfactory",
          "socketfactoryarg",
          "sslfactory",
          "sslfactoryarg",
          "sslhostnameverifier",
          "sslpasswordcallback",
          "authenticationpluginclassname",
          "xmlfactoryfactory",
          "loggerfile",
          "loggerlevel",
          "jaasapplicationname",
          // MySQL and MariaDB
          "allowloadlocalinfile",
          "allowloadlocalinfileinpath",
          "allowlocalinfile",
          "allowurlinlocalinfile",
          "autodeserialize",
          "queryinterceptors",
          "statementinterceptors",
          "exceptioninterceptors",
          "connectionlifecycleinterceptors",
          "authenticationplugins",
          "defaultauthenticationplugin",
          "loadbalancestrategy",
          "loadbalanceexceptionchecker",
          "hacheckerclass",
          "propertiestransform",
          "sockfactory",
          "profilereventhandler",
          "parseinfocachefactory",
          "serverconfigcachefactory",
          "queryinfocachefactory",
          "customcharsetmapping",
          "logger",
          // H2, HSQLDB, Derby
          "init",
          "runscript",
          "trace_level_file",
          "database_event_listener",
          "auth_realm",
          "textdb.allow_full_path",
          "createfrom",
          "restorefrom",
          "rollforwardrecoveryfrom",
          "logdevice",
          // SQLite, DuckDB
          "enable_load_extension",
          "allow_unsigned_extensions",
          "custom_extension_repository",
          "session_init_sql_file",
          // SQL Server, Oracle, DB2, cloud
          "trustmanagerclass",
          "trustmanagerconstructorarg",
          "socketfactoryclass",
          "socketfactoryconstructorarg",
          "accesstokencallbackclass",
          "clientrerouteserverlistjndiname",
          "clientrerouteserverlistjndicontext",
          "tracefile",
          "tracedirectory",
          "logfile",
          "logpath",
          // Spark's own, in case a driver passes them on
          "driver",
          "sessioninitstatement",
          "preparequery",
          "connectionprovider");

  /** Classes that come with PostgreSQL's driver and do no more than their name says. */
  private static final Set<String> HARMLESS_FACTORIES =
      Set.of("org.postgresql.ssl.defaultjavasslfactory", "org.postgresql.ssl.libpqfactory");

  /** What a tenant may set unasked: none names a file, a class, a host or another login. */
  static final Set<String> HARMLESS =
      Set.of(
          "ssl",
          "sslmode",
          "usessl",
          "requiressl",
          "verifyservercertificate",
          "encrypt",
          "gssencmode",
          "channelbinding",
          "currentschema",
          "applicationname",
          "application_name",
          "connecttimeout",
          "sockettimeout",
          "logintimeout",
          "tcpkeepalive",
          "preparethreshold",
          "stringtype",
          "readonly",
          "targetservertype",
          "assumeminserverversion",
          "binarytransfer",
          "defaultrowfetchsize",
          "rewritebatchedinserts",
          "usecursorfetch",
          "defaultfetchsize",
          "useunicode",
          "characterencoding",
          "servertimezone",
          "connectiontimezone",
          "forceconnectiontimezonetosession",
          "zerodatetimebehavior",
          "tinyint1isbit",
          "usecompression",
          "database",
          "databasename",
          "applicationintent",
          "multisubnetfailover",
          "hostnameincertificate",
          "db",
          "schema",
          "warehouse",
          "role",
          "transportmode",
          "httppath",
          "authmech",
          "user",
          "compress");

  private JdbcOptions() {}

  /** Names in lower case and values, percent signs decoded. */
  static Map<String, String> of(String url) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String part : decoded(url).split("[?&;,:#()/]+")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        String name = part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        options.put(name.replaceFirst("(?s).*\\s", ""), part.substring(equals + 1).strip());
      }
    }
    return options;
  }

  static boolean isDangerous(Map.Entry<String, String> option) {
    boolean shipped =
        option.getKey().equals("sslfactory")
            && HARMLESS_FACTORIES.contains(option.getValue().toLowerCase(Locale.ROOT));
    return DANGEROUS.contains(option.getKey()) && !shipped;
  }

  /** As often decoded as it was encoded, within reason. */
  static String decoded(String url) {
    String decoded = url;
    for (int i = 0; i < 3 && decoded.contains("%"); i++) {
      try {
        decoded = URLDecoder.decode(decoded.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return decoded;
      }
    }
    return decoded;
  }
}

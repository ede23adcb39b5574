/**
 * The native API as data: what each method takes and which errors of its own it can answer with
 * (contracts: Neutralino 6; the table of classes is 6.15).
 *
 * @module
 */

/** What JSON type a parameter has. A path is a string. */
export type Type = "string" | "path" | "number" | "boolean" | "object" | "array" | "any";

/** One method. */
export interface MethodSpec {
  /** P: portable; D: needs a desktop; W: needs the app's own window; R: retired; O: our own. */
  kind: "P" | "D" | "W" | "R" | "O";
  /** In the order in which a missing one is reported. */
  required: [name: string, type: Type][];
  optional: [name: string, type: Type][];
  /** Codes beside those that any method can answer with. */
  errors: string[];
}

/** `kind name required,... [optional,...] ERROR ...`; a parameter is `name:type`. */
const SPECS = `
P app.exit [code:number]
P app.killProcess
P app.getProcessId
P app.getConfig
P app.broadcast event:string [data:any]
P app.readProcessInput [readAll:boolean]
P app.writeProcessOutput data:string
P app.writeProcessError data:string

D clipboard.getFormat
D clipboard.readText
D clipboard.writeText data:string
D clipboard.readHTML
D clipboard.writeHTML data:string
D clipboard.readImage
D clipboard.writeImage width:number,height:number,bpp:number,bpr:number,redMask:number,greenMask:number,blueMask:number,redShift:number,greenShift:number,blueShift:number,data:string,alphaShift:number,alphaMask:number
D clipboard.clear

P computer.getMemoryInfo
P computer.getArch
P computer.getKernelInfo
P computer.getOSInfo
P computer.getCPUInfo
P computer.getGPUInfo
D computer.getDisplays
P computer.getDisks
D computer.getMousePosition
D computer.setMousePosition x:number,y:number NE_CO_UNLTOSC
W computer.setMouseGrabbing [grabbing:boolean] NE_CO_UNLTOMG
D computer.sendKey key:number [state:string] NE_CO_UNLTOSK
P computer.getHostname
P computer.getMachineId
P computer.getNetworkInterfaces

P custom.getMethods
P debug.log message:string [type:string]
P events.broadcast event:string [data:any]
P extensions.dispatch extensionId:string,event:string [data:any] NE_EX_EXTNOTC
P extensions.broadcast event:string [data:any]
P extensions.getStats
O extensions.provide methods:array
O extensions.call extensionId:string,method:string [timeoutMs:number,callId:string] NE_EX_EXTNOTC
O extensions.cancel callId:string
O extensions.answer callId:string [result:any,error:object]
O extensions.answerPart callId:string [data:any]
O extensions.answerProgress callId:string [data:any]
O extensions.start extensionId:string OR_EX_UNKNOWN OR_EX_NOCOMMD
O extensions.stop extensionId:string OR_EX_UNKNOWN
O extensions.restart extensionId:string OR_EX_UNKNOWN OR_EX_NOCOMMD
O extensions.load id:string OR_EX_BADDEF OR_EX_LOADED
O extensions.unload extensionId:string OR_EX_UNKNOWN OR_EX_NEEDED OR_EX_PACKAGE
O extensions.getInfo extensionId:string OR_EX_UNKNOWN

P filesystem.writeFile path:path,data:string NE_FS_FILWRER
P filesystem.appendFile path:path,data:string NE_FS_FILWRER
P filesystem.writeBinaryFile path:path,data:string NE_FS_FILWRER
P filesystem.appendBinaryFile path:path,data:string NE_FS_FILWRER
P filesystem.readFile path:path [pos:number,size:number] NE_FS_FILRDER
P filesystem.readBinaryFile path:path [pos:number,size:number] NE_FS_FILRDER
P filesystem.createDirectory path:path NE_FS_DIRCRER
P filesystem.remove path:path NE_FS_REMVERR
P filesystem.readDirectory path:path [recursive:boolean] NE_FS_NOPATHE
P filesystem.copy source:path,destination:path [recursive:boolean,overwrite:boolean,skip:boolean] NE_FS_COPYERR
P filesystem.move source:path,destination:path NE_FS_MOVEERR
P filesystem.getStats path:path NE_FS_NOPATHE
P filesystem.getAbsolutePath path:path
P filesystem.getRelativePath path:path [base:path]
P filesystem.getPathParts path:path
P filesystem.getJoinedPath paths:array
P filesystem.getNormalizedPath path:path
P filesystem.getUnnormalizedPath path:path
P filesystem.getPermissions path:path NE_FS_NOPATHE
P filesystem.setPermissions path:path [all:boolean,ownerAll:boolean,ownerRead:boolean,ownerWrite:boolean,ownerExec:boolean,groupAll:boolean,groupRead:boolean,groupWrite:boolean,groupExec:boolean,othersAll:boolean,othersRead:boolean,othersWrite:boolean,othersExec:boolean,mode:string] NE_FS_UNLSTPR
P filesystem.access path:path [mode:number] NE_FS_ACSFAIL
P filesystem.chmod path:path,mode:number NE_FS_CHMDERR
P filesystem.chown path:path,uid:number,gid:number NE_FS_CHWNERR
P filesystem.openFile path:path NE_FS_FILOPER
P filesystem.updateOpenedFile id:number,event:string [data:number] NE_FS_UNLTOUP
P filesystem.getOpenedFileInfo id:number NE_FS_UNLTFOP
P filesystem.createWatcher path:path NE_FS_UNLCWAT
P filesystem.removeWatcher id:number NE_FS_NOWATID
P filesystem.getWatchers
R filesystem.removeFile path:path NE_FS_FILRMER
R filesystem.removeDirectory path:path NE_FS_RMDIRER
R filesystem.copyFile source:path,destination:path NE_FS_COPYFER
R filesystem.moveFile source:path,destination:path NE_FS_MOVEFER

O host.getInfo
O host.diagnose extensionId:string OR_EX_UNKNOWN

O hooks.add hook:string
O hooks.remove hook:string
O hooks.run hook:string [data:any,timeoutMs:number,default:boolean]
O hooks.answer runId:string,allow:boolean [reason:string,data:any]

P net.request url:string [method:string,timeout:number,params:object,headers:object,auth:object,body:string,contentType:string,allowRedirects:boolean,encodePath:boolean,keepAlive:boolean] NE_NW_HTTPERR NE_NW_SSLVERI NE_NW_SSLHOST NE_NW_SSLCONN

P os.execCommand command:string [stdIn:string,background:boolean,cwd:path,envs:object]
P os.spawnProcess command:string [cwd:path,envs:object]
P os.updateSpawnedProcess id:number,event:string [data:string] NE_OS_UNLTOUP
P os.getSpawnedProcesses
P os.getEnv key:string
P os.setEnv key:string,value:string NE_OS_UNLTOUV
P os.getEnvs
P os.getLocaleInfo
P os.getPath name:string NE_OS_INVKNPT
P os.trashItem path:path NE_OS_UNLTRAS
D os.open url:string
D os.showOpenDialog [title:string,filters:array,multiSelections:boolean,defaultPath:string]
D os.showFolderDialog [title:string,defaultPath:string]
D os.showSaveDialog [title:string,filters:array,forceOverwrite:boolean,defaultPath:string]
D os.showNotification title:string,content:string [icon:string] NE_OS_INVNOTA
D os.showMessageBox title:string,content:string [choice:string,icon:string] NE_OS_INVMSGA
D os.setTray [icon:string,menuItems:array,useTemplateIcon:boolean] NE_OS_TRAYIER

P resources.getFiles
P resources.getStats path:path NE_FS_NOPATHE NE_RS_NOPATHE
P resources.readFile path:path NE_FS_FILRDER NE_RS_NOPATHE
P resources.readBinaryFile path:path NE_FS_FILRDER NE_RS_NOPATHE
P resources.extractFile path:path,destination:path NE_RS_FILEXTF
P resources.extractDirectory path:path,destination:path NE_RS_DIREXTF

P server.mount path:path,target:path NE_FS_NOPATHE NE_FS_NOTADIR NE_SR_MPINUSE
P server.unmount [path:path] NE_SR_NOMTPTH
P server.getMounts

P storage.setData key:string [data:string] NE_ST_INVSTKY NE_ST_STKEYWE NE_ST_STKEYRE
P storage.getData key:string NE_ST_INVSTKY NE_ST_NOSTKEX
P storage.removeData key:string NE_ST_INVSTKY NE_ST_STKEYRE
P storage.getKeys NE_ST_NOSTDIR
P storage.clear

W window.setTitle [title:string]
W window.getTitle
W window.maximize
W window.unmaximize
W window.isMaximized
W window.minimize
W window.unminimize
W window.isMinimized
W window.setFullScreen
W window.exitFullScreen
W window.isFullScreen
W window.show
W window.hide
W window.isVisible
W window.focus
W window.setIcon icon:path
W window.setBadge count:number
W window.move x:number,y:number
W window.center
W window.setSize [width:number]
W window.getSize
W window.getPosition
W window.setAlwaysOnTop [onTop:boolean]
W window.setBorderless [borderless:boolean]
W window.snapshot path:path
W window.setMainMenu
W window.beginDrag
W window.print
`;

/** Every method of the contract by name. */
export const NATIVE_API: ReadonlyMap<string, MethodSpec> = new Map(
  SPECS.split("\n").filter((line) => line !== "").map((line) => {
    const [kind, name, ...rest] = line.split(" ");
    const parameters = (list: string) =>
      list.split(",").map((item) => item.split(":") as [string, Type]);
    const required = rest.find((word) => /^[a-z]/i.test(word) && word.includes(":"));
    const optional = rest.find((word) => word.startsWith("["));
    return [name!, {
      kind: kind as MethodSpec["kind"],
      required: required === undefined ? [] : parameters(required),
      optional: optional === undefined ? [] : parameters(optional.slice(1, -1)),
      errors: rest.filter((word) => word.startsWith("NE_")),
    }];
  }),
);
